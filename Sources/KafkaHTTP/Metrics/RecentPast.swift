// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker

/// What was some minutes ago, for what is told of the last minutes: latencies and rates. It is remembered when somebody
/// asks, so that nothing runs between two scrapes; whoever asks less often is told of the time since it asked last.
struct RecentPast: Sendable {
    struct Moment: Sendable {
        /// Nanoseconds of the system's uptime.
        var uptime: UInt64
        var requests: [RequestStatistics]
        var loops: [LoopStatistics]
        var listeners: [BrokerObservation.Listener]

        init(_ observation: BrokerObservation, uptime: UInt64) {
            self.uptime = uptime
            (requests, loops, listeners) = (observation.requests, observation.loops, observation.listeners)
        }
    }

    /// Moments that are remembered are so far apart at least, and reach so far back.
    static let interval: UInt64 = 60_000_000_000
    static let length: UInt64 = 300_000_000_000

    private var moments: [Moment] = []

    /// What to compare with.
    struct Comparison: Sendable {
        /// The newest moment that is old enough; nil where none is, for the time since the start.
        var old: Moment?
        /// The oldest one that is remembered, however young; nil for whoever asks first.
        var oldest: Moment?
    }

    mutating func compare(_ now: Moment) -> Comparison {
        let old = moments.lastIndex { now.uptime &- $0.uptime >= Self.length }
        // It stands for all before it.
        if let old { moments.removeFirst(old) }
        let comparison = Comparison(old: old == nil ? nil : moments.first, oldest: moments.first)
        if moments.last.map({ now.uptime &- $0.uptime >= Self.interval }) ?? true { moments.append(now) }
        return comparison
    }
}
