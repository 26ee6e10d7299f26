// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Synchronization

/// What one request may change of topics and partitions (KIP-599), and how long its client has to wait afterwards.
final class MutationQuota: Sendable {
    /// What came of an attempt.
    struct Attempt: Sendable {
        var isAdmitted: Bool
        /// From now on.
        var throttleTimeMs: Int32
    }

    static let unlimited = MutationQuota(now: { 0 }) { _ in Attempt(isAdmitted: true, throttleTimeMs: 0) }

    private let now: @Sendable () -> Int64
    private let attempt: @Sendable (_ partitions: Int) -> Attempt
    /// Milliseconds of `now`, when the client may go on.
    private let end = Atomic<Int64>(.min)

    init(now: @escaping @Sendable () -> Int64, _ attempt: @escaping @Sendable (_ partitions: Int) -> Attempt) {
        self.now = now
        self.attempt = attempt
    }

    /// Takes what making or deleting so many partitions costs; false if that isn't allowed now.
    func admits(partitions: Int) -> Bool {
        let outcome = attempt(partitions)
        if outcome.throttleTimeMs > 0 {
            end.store(now().addingSaturating(Int64(outcome.throttleTimeMs)), ordering: .relaxed)
        }
        return outcome.isAdmitted
    }

    /// Milliseconds; the time that the request took is part of them.
    var throttleTimeMs: Int32 {
        let end = end.load(ordering: .relaxed)
        return end == .min ? 0 : Int32(clamping: max(end.subtractingSaturating(now()), 0))
    }
}
