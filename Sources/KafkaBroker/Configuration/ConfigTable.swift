// SPDX-License-Identifier: Apache-2.0

/// The configurations of one kind of resource, by name.
package struct ConfigDefinitions: Sendable {
    private let byName: [String: ConfigDefinition]
    /// All that are listed, in the order of their names.
    package let listed: [ConfigDefinition]

    init(_ definitions: [ConfigDefinition]...) {
        let all = definitions.flatMap { $0 }
        byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
        precondition(byName.count == all.count, "a configuration is defined twice")
        listed = all.filter { !$0.isHidden }.sorted { $0.name < $1.name }
    }

    package subscript(name: String) -> ConfigDefinition? { byName[name] }

    package var names: [String] { Array(byName.keys) }
}

/// Every configuration of Apache Kafka 4, with its defaults.
package enum ConfigTable {
    package static let topic = ConfigDefinitions(topicLog, topicReplication)

    package static let broker = ConfigDefinitions(
        brokerGeneral, brokerLog, brokerCleaner, brokerNetwork, brokerReplication, brokerGroups, brokerConsumerGroups,
        brokerShareGroups, brokerTransactions, brokerQuotas, brokerMetrics, brokerKRaft, brokerRemoteLog, brokerTLS,
        brokerSASL, brokerOAuth, brokerTokens, brokerAuthorizer, brokerHTTP)

    /// Prefixes of names that belong to a listener, a plug-in, or a provider of values.
    private static let prefixes = ["listener.name.", "rsm.config.", "rlmm.config.", "config.providers."]

    /// Whether a broker's configuration may have the name.
    package static func isKnown(_ name: String) -> Bool {
        broker[name] != nil || prefixes.contains { name.hasPrefix($0) }
    }

    package static let group = ConfigDefinitions(groupResource)

    package static let clientMetrics = ConfigDefinitions(clientMetricsResource)
}
