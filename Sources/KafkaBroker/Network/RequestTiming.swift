// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// How long a request takes, where that is measured.
struct RequestTiming {
    private var apiKey = APIKey.apiVersions
    private var version: Int16 = 0
    /// In nanoseconds of the system's uptime; 0 while there is none.
    private var began: UInt64 = 0
    /// For how long it kept the loop before it had to wait; nil while it does.
    private var local: UInt64?

    init() {}

    /// It is begun.
    init(_ header: RequestHeader) {
        (apiKey, version) = (header.apiKey, header.apiVersion)
        began = NIODeadline.now().uptimeNanoseconds
    }

    /// The loop goes on to others.
    mutating func mayWait() { if began > 0 { local = NIODeadline.now().uptimeNanoseconds &- began } }

    /// It is answered. A token without a request around it isn't counted.
    mutating func end(_ counters: LoopCounters) {
        guard began > 0 else { return }
        let total = NIODeadline.now().uptimeNanoseconds &- began
        counters.answered(apiKey, version: version, total: total, local: local ?? total)
        began = 0
    }
}
