// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// What a connection may take before its login is complete.
struct LoginLimits: Sendable {
    /// Bytes of a frame: `sasl.server.max.receive.size`.
    var frameBytes = 512 << 10
    /// From the connection's beginning to the end of its login: whoever doesn't log in must not keep a place.
    var time = TimeAmount.seconds(30)

    init() {}

    /// A connection that may not be idle for so long needn't be waited for any longer.
    init(_ configuration: BrokerConfiguration) {
        frameBytes = max(configuration.int("sasl.server.max.receive.size"), 4)
        let maxIdleMs = configuration.int64("connections.max.idle.ms")
        if maxIdleMs >= 0 { time = min(time, .milliseconds(max(maxIdleMs, 1))) }
    }
}
