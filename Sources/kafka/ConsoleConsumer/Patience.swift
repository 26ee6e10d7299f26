// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// How long a tool that is to end by itself puts up with brokers that can't be reached.
struct Patience {
    private static let limit: Duration = .seconds(10)
    /// For what is asked before the first record.
    static let property = (name: "default.api.timeout.ms", value: "10000")

    private var since: ContinuousClock.Instant?

    /// - Throws: the obstacle, when there has been one for too long.
    mutating func check(_ obstacle: ClientError?, at now: ContinuousClock.Instant = .now) throws {
        guard let obstacle else {
            since = nil
            return
        }
        guard let since else {
            since = now
            return
        }
        if since.duration(to: now) >= Self.limit { throw obstacle }
    }
}

extension Consumer {
    /// - Throws: why no records come, if there is a reason.
    func throwObstacle() throws(ClientError) {
        if let obstacle { throw obstacle }
    }
}
