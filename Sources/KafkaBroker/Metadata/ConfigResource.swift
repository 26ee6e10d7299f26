// SPDX-License-Identifier: Apache-2.0

/// What a configuration belongs to.
package struct ConfigResource: Hashable, Sendable {
    /// With Kafka's numbers; unknown ones survive.
    package struct Kind: RawRepresentable, Hashable, Sendable {
        package var rawValue: Int8
        package init(rawValue: Int8) { self.rawValue = rawValue }

        package static let topic = Kind(rawValue: 2)
        package static let broker = Kind(rawValue: 4)
        package static let brokerLogger = Kind(rawValue: 8)
        package static let clientMetrics = Kind(rawValue: 16)
        package static let group = Kind(rawValue: 32)

        /// As the tools call it.
        var name: String {
            switch self {
            case .topic: "topic"
            case .broker: "broker"
            case .brokerLogger: "broker logger"
            case .clientMetrics: "client metrics subscription"
            case .group: "group"
            default: "resource of type \(rawValue)"
            }
        }
    }

    package var kind: Kind
    /// Of a broker, its id; empty for what holds for all brokers.
    package var name: String

    package init(kind: Kind, name: String) {
        self.kind = kind
        self.name = name
    }
}
