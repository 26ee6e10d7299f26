// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

/// What keeps a client waiting. Each cause is told once, after it has lasted for a while, and once more when it is over.
///
/// Whoever tries something says when it begins, fails and succeeds; what passes soon, or is not tried again, is never
/// told.
final class Troubles: Sendable {
    enum Subject: Hashable, Sendable {
        case address(BrokerAddress)
        /// Several servers, of which one would do.
        case bootstrap
        /// What brokers answer, by what it is about.
        case answer(String)
    }

    private struct Trouble {
        /// What is waited for.
        var name: String
        var reason: String
        /// The same for all troubles of which one need be told.
        var cause: String
        /// Attempts that are under way.
        var attempts = 0
        var lastFailure: ContinuousClock.Instant
        /// The broker takes connections and does not answer.
        var isSilence = false
        /// The broker takes connections, and requests come to nothing: another connection proves nothing.
        var needsAnswer = false
        var isAnnounced = false
    }

    private struct State {
        var troubles: [Subject: Trouble] = [:]
        var isClosed = false
    }

    /// Attempts follow each other within about a second; who has failed longer ago has given up.
    private static let longestPause = Duration.milliseconds(1500)

    /// Where time comes from.
    struct Clock: Sendable {
        var now: @Sendable () -> ContinuousClock.Instant
        var schedule: @Sendable (Duration, @escaping @Sendable () -> Void) -> Void

        init(
            now: @escaping @Sendable () -> ContinuousClock.Instant,
            schedule: @escaping @Sendable (Duration, @escaping @Sendable () -> Void) -> Void
        ) {
            self.now = now
            self.schedule = schedule
        }

        init(_ eventLoop: any EventLoop) {
            now = { .now }
            schedule = { eventLoop.scheduleTask(in: $0.timeAmount, $1) }
        }
    }

    private let clock: Clock
    private let patience: Duration
    private let tell: @Sendable (ClientNotice) -> Void
    private let state = Mutex(State())
    /// So that success costs nothing while all is well.
    private let count = Atomic(0)

    init(_ clock: Clock, patience: Duration, _ tell: @escaping @Sendable (ClientNotice) -> Void) {
        self.clock = clock
        self.patience = patience
        self.tell = tell
    }

    var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }

    /// What has been told and goes on being in the way, not what nobody tries any more.
    var current: String? {
        guard !isEmpty else { return nil }
        return state.withLock { state in
            state.troubles.values.first { trouble in
                trouble.isAnnounced
                    && (trouble.isSilence || trouble.attempts > 0 || trouble.lastFailure + Self.longestPause >= .now)
            }.map { "\($0.name): \($0.reason)" }
        }
    }

    /// An attempt to reach somebody.
    struct Attempt: Sendable {
        fileprivate let troubles: Troubles
        fileprivate let subject: Subject
        /// What stands behind every reason.
        fileprivate let hint: String

        /// There is more to say of it, unless what is known of requests says more.
        func update(_ reason: String) {
            troubles.update(subject) { if !$0.needsAnswer { $0.reason = reason + hint } }
        }
        func succeed() { troubles.end(subject) }
        func fail(_ reason: String) { troubles.fail(subject, reason + hint) }
    }

    func attempt(_ subject: Subject, name: String, reason: String, hint: String = "") -> Attempt {
        let trouble = Trouble(
            name: name, reason: reason + hint, cause: name, attempts: 1, lastFailure: clock.now())
        open(subject, trouble) { known in
            known.attempts += 1
            guard !known.isAnnounced else { return }
            known.name = name
            known.cause = name
        }
        return Attempt(troubles: self, subject: subject, hint: hint)
    }

    /// A broker refuses something for now, and will be asked again.
    func refused(_ name: String, _ reason: String, cause: String) {
        let now = clock.now()
        open(.answer(name), Trouble(name: name, reason: reason, cause: cause, lastFailure: now)) { trouble in
            trouble.reason = reason
            trouble.lastFailure = now
        }
    }

    /// A broker takes requests and does not answer.
    func silent(_ address: BrokerAddress, _ reason: String) {
        let trouble = Trouble(
            name: "\(address)", reason: reason, cause: "\(address)", lastFailure: clock.now(), isSilence: true,
            needsAnswer: true)
        let isNew = state.withLock { state in
            guard !state.isClosed, state.troubles[.address(address)] == nil else { return false }
            state.troubles[.address(address)] = trouble
            return true
        }
        guard isNew else { return }
        count.add(1, ordering: .relaxed)
        announce(.address(address))
    }

    /// A connection that was open has gone, and requests with it.
    func lost(_ address: BrokerAddress, _ reason: String) {
        let now = clock.now()
        let trouble = Trouble(
            name: "\(address)", reason: reason, cause: "\(address)", lastFailure: now, needsAnswer: true)
        open(.address(address), trouble) { trouble in
            trouble.reason = reason
            trouble.lastFailure = now
            trouble.needsAnswer = true
        }
    }

    /// A broker has answered a request.
    func answered(_ address: BrokerAddress) {
        guard !isEmpty else { return }
        remove(.address(address))
    }

    /// The broker does what it had refused.
    func accepted(_ name: String) {
        guard !isEmpty else { return }
        remove(.answer(name))
    }

    /// Nobody waits for it any more: not a word, unless it was told.
    func forget(_ name: String) {
        guard !isEmpty else { return }
        drop { subject, trouble in subject == .answer(name) && !trouble.isAnnounced }
    }

    /// Others were reached, so that nobody waits for these.
    func forgive(_ addresses: some Sequence<BrokerAddress>) {
        guard !isEmpty else { return }
        let subjects = Set(addresses.map(Subject.address))
        drop { subject, trouble in subjects.contains(subject) && trouble.attempts == 0 && !trouble.isAnnounced }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.troubles = [:]
        }
        count.store(0, ordering: .relaxed)
    }

    // MARK: Changes

    private func open(_ subject: Subject, _ trouble: Trouble, orElse change: (inout Trouble) -> Void) {
        let isNew = state.withLock { state in
            guard !state.isClosed else { return false }
            if state.troubles[subject] != nil {
                change(&state.troubles[subject]!)
                return false
            }
            state.troubles[subject] = trouble
            return true
        }
        guard isNew else { return }
        count.add(1, ordering: .relaxed)
        look(at: subject, in: patience)
    }

    private func update(_ subject: Subject, _ change: (inout Trouble) -> Void) {
        state.withLock { state in
            if state.troubles[subject] != nil { change(&state.troubles[subject]!) }
        }
    }

    private func fail(_ subject: Subject, _ reason: String) {
        let now = clock.now()
        update(subject) { trouble in
            trouble.attempts -= 1
            trouble.lastFailure = now
            trouble.reason = reason
            trouble.isSilence = false
            trouble.needsAnswer = false
        }
    }

    private func end(_ subject: Subject) {
        let needsAnswer = state.withLock { state in
            state.troubles[subject]?.attempts -= 1
            return state.troubles[subject]?.needsAnswer ?? false
        }
        if !needsAnswer { remove(subject) }
    }

    private func remove(_ subject: Subject) {
        guard let trouble = state.withLock({ $0.troubles.removeValue(forKey: subject) }) else { return }
        count.subtract(1, ordering: .relaxed)
        if trouble.isAnnounced { tell(.recovered("\(trouble.name) is back; going on")) }
    }

    private func drop(_ isDropped: (Subject, Trouble) -> Bool) {
        state.withLock { state in
            let before = state.troubles.count
            state.troubles = state.troubles.filter { !isDropped($0.key, $0.value) }
            count.subtract(before - state.troubles.count, ordering: .relaxed)
        }
    }

    // MARK: Telling

    private func look(at subject: Subject, in time: Duration) {
        clock.schedule(time) { [weak self] in self?.announce(subject) }
    }

    private func announce(_ subject: Subject) {
        enum Decision {
            case nothing, later
            case tell(String)
        }
        let now = clock.now()
        let decision: Decision = state.withLock { state in
            guard let trouble = state.troubles[subject], !trouble.isAnnounced else { return .nothing }
            if trouble.attempts == 0, trouble.lastFailure + max(Self.longestPause, patience) < now {
                state.troubles[subject] = nil
                count.subtract(1, ordering: .relaxed)
                return .nothing
            }
            // One partition of a topic stands for all that are refused for the same reason.
            if state.troubles.values.contains(where: { $0.isAnnounced && $0.cause == trouble.cause }) { return .later }
            state.troubles[subject]!.isAnnounced = true
            return .tell("waiting for \(trouble.name): \(trouble.reason)")
        }
        switch decision {
        case .nothing: break
        case .later: look(at: subject, in: max(patience, .milliseconds(100)))
        case .tell(let text): tell(.waiting(text))
        }
    }
}
