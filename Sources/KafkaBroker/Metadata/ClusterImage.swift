// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// A broker, as it registered.
package struct BrokerImage: Sendable, Equatable {
    package var registration: RegisterBrokerRecord

    package var id: Int32 { registration.brokerID }
    /// The offset of its registration.
    package var epoch: Int64 { registration.brokerEpoch }
    /// Fenced brokers lead nothing.
    package var isFenced: Bool { registration.fenced }
}

/// A key of SCRAM credentials.
package struct ScramUser: Hashable, Sendable, Comparable {
    package var name: String
    /// 1 for SCRAM-SHA-256, 2 for SCRAM-SHA-512.
    package var mechanism: Int8

    package static func < (left: ScramUser, right: ScramUser) -> Bool {
        (left.name, left.mechanism) < (right.name, right.mechanism)
    }
}
