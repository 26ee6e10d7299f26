// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaSecurity

extension BrokerConfiguration {
    /// What is set for a listener, defaults left out: `listener.name.<name>.<property>` under the property's own name, else the
    /// property itself. The listener's own wins wherever the two come from; of several of a kind one that was changed
    /// dynamically, as everywhere.
    ///
    /// What names a mechanism keeps it: `scram-sha-256.sasl.jaas.config`.
    func properties(ofListener name: String) -> SecurityProperties {
        let prefix = "listener.name.\(name.lowercased())."
        var values: [String: String] = [:]
        var own: [String: String] = [:]
        for source in [fixed, dynamicDefaults, dynamic] {
            for (name, value) in source {
                // In lower case, as Kafka has it, or as the listener is written.
                if name.prefix(prefix.utf8.count).lowercased() == prefix {
                    own[String(name.dropFirst(prefix.count))] = value
                } else if !name.hasPrefix("listener.name.") {
                    values[name] = value
                }
            }
        }
        return SecurityProperties(values.merging(own) { $1 })
    }
}
