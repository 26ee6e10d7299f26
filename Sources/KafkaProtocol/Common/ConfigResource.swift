// SPDX-License-Identifier: Apache-2.0

/// What a configuration belongs to.
public struct ConfigResource: Hashable, Sendable {
    /// With Kafka's numbers; unknown ones survive.
    public struct Kind: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        public var rawValue: Int8
        public init(rawValue: Int8) { self.rawValue = rawValue }

        /// A topic; its name is the topic's.
        public static let topic = Kind(rawValue: 2)
        /// A broker by its id, or all of them by the empty name.
        public static let broker = Kind(rawValue: 4)
        /// The log levels of a broker's loggers (KIP-412).
        public static let brokerLogger = Kind(rawValue: 8)
        /// A subscription to clients' metrics (KIP-714).
        public static let clientMetrics = Kind(rawValue: 16)
        /// A group of any protocol (KIP-848, KIP-932).
        public static let group = Kind(rawValue: 32)

        /// As the tools call it.
        public var description: String {
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

    /// What kind of thing it is.
    public var kind: Kind
    /// The topic's or group's name, or the broker's id; empty for what holds for all brokers.
    public var name: String

    /// What `name` stands for depends on the kind.
    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }
}
