// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Synchronization

/// What the client waits for, on standard error: a line for each cause, and one more when it is over.
final class ClientNotices: Sendable {
    private struct State {
        /// What was told and is not over; a tool that connects anew does not say it anew.
        var waiting: Set<String> = []
        /// What is to be written, while a thread writes.
        var lines: [String]?
        var addition: (@Sendable () -> String?)?
    }

    private let state = Mutex(State())

    /// Whether something has been waited for since it was told.
    var isWaiting: Bool { state.withLock { !$0.waiting.isEmpty } }

    /// What is waited for because of just this, if that has been told and is not over: it need not be said again.
    func subject(ofTold reason: String) -> String? {
        let isSame = { (text: String) in text.hasSuffix(": " + reason) || text == Self.front + reason }
        guard let told = state.withLock({ $0.waiting.first(where: isSame) }), told.hasPrefix(Self.front) else {
            return nil
        }
        // Addresses have colons as well, without a space.
        var subject = ""
        for character in told.dropFirst(Self.front.count) {
            if character == " ", subject.last == ":" { return String(subject.dropLast()) }
            subject.append(character)
        }
        return nil
    }

    private static let front = "waiting for "

    /// What a tool says itself of what waits: it stands behind the cause.
    func add(_ addition: @escaping @Sendable () -> String?) { state.withLock { $0.addition = addition } }

    /// Called on the client's event loop.
    func show(_ notice: ClientNotice, _ context: Context) {
        switch notice {
        case .waiting(let text):
            let (isNew, addition) = state.withLock { state in
                (state.waiting.insert(text).inserted, state.addition)
            }
            guard isNew else { return }
            // A broker's own words may end in a full stop.
            let cause = text.hasSuffix(".") ? String(text.dropLast()) : text
            write(cause + (addition?().map { "; \($0)" } ?? ""), context)
        case .recovered(let text):
            state.withLock { $0.waiting = [] }
            write(text, context)
        }
    }

    /// Whoever reads standard error may have stopped, which must not stop the event loop and its heartbeats.
    private func write(_ line: String, _ context: Context) {
        let isWriting = state.withLock { state in
            defer { state.lines = (state.lines ?? []) + [line] }
            return state.lines != nil
        }
        guard !isWriting else { return }
        Thread.detach { [self] in
            while let line = next() { context.tell(context.name, line) }
        }
    }

    private func next() -> String? {
        state.withLock { state in
            if state.lines?.isEmpty ?? true {
                state.lines = nil
                return nil
            }
            return state.lines?.removeFirst()
        }
    }
}
