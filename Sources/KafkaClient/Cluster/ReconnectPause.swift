// SPDX-License-Identifier: Apache-2.0

/// When somebody may be connected to again, by `reconnect.backoff.ms` and `reconnect.backoff.max.ms`.
///
/// That a connection opens, and brings answers, says little: some break soon after, again and again. Pauses begin anew
/// with one that lasted, or that was closed because there was nothing to do.
struct ReconnectPause: Sendable {
    private var backoff: Backoff
    /// Before this time nobody connects.
    private(set) var end: ContinuousClock.Instant?

    init(_ configuration: ClientConfiguration) {
        backoff = Backoff(configuration.reconnectBackoff, configuration.reconnectBackoffMax)
    }

    var remaining: Duration { end?.remaining ?? .zero }

    /// Nobody could be reached.
    mutating func failed(at now: ContinuousClock.Instant = .now) {
        // Several attempts at a time are one failure.
        if let end, end > now { return }
        end = now + backoff.next()
    }

    /// A connection that was open since `start` has broken.
    mutating func broke(_ breakdown: Breakdown, openSince start: ContinuousClock.Instant) {
        // Not one of many in a moment: as long as the longest pause, or after a rest as long as the first.
        let enough = min(backoff.limit, Self.longestProof)
        if start.duration(to: breakdown.time) >= enough || breakdown.rest >= backoff.first {
            backoff.reset()
        } else {
            failed(at: breakdown.time)
        }
    }

    /// Where pauses may last for hours, connections need not.
    private static let longestProof = Duration.seconds(10)
}
