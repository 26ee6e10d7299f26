// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Where a value comes from, as DescribeConfigs numbers it.
enum ConfigSource: Int8, Sendable {
    case topic = 1
    case dynamicBroker, dynamicDefaultBroker, staticBroker, defaultValue, dynamicBrokerLogger, clientMetrics, group
}

extension BrokerConfiguration {
    typealias Entry = DescribeConfigsResponse.Config
    typealias Synonym = DescribeConfigsResponse.Synonym

    /// Every configuration of a topic, by name.
    func describeTopic(_ overrides: [String: String]) -> [Entry] {
        let retired = overrides.keys.filter { ConfigTable.topic[$0] == nil }.sorted()
        return ConfigTable.topic.listed.map { definition in
            let value = definition.normalized(overrides[definition.name] ?? topicDefault(definition.name))
            var synonyms: [Synonym] = []
            if overrides[definition.name] != nil { synonyms = [synonym(definition.name, value, .topic)] }
            if let first = TopicSynonyms.of(definition.name).first { synonyms += brokerSynonyms(first.name) }
            return entry(definition, value, synonyms, readOnly: false)
        }
            + retired.map { name in
                // Set under an older Kafka, kept and without effect.
                Entry {
                    $0.name = name
                    $0.value = overrides[name]
                    $0.configSource = ConfigSource.topic.rawValue
                }
            }
    }

    /// Every configuration of this broker; `nil` for hidden values.
    func describeBroker() -> [Entry] {
        var definitions = ConfigTable.broker.listed
        var extra: Set<String> = []
        for layer in [dynamic, dynamicDefaults, fixed] { extra.formUnion(layer.keys) }
        extra.subtract(definitions.map(\.name))
        definitions += extra.sorted().map { name in
            ConfigTable.broker[name]
                ?? ConfigDefinition(
                    name: name, kind: ConfigTable.broker[Self.baseName(name)]?.kind ?? .password, defaultValue: nil,
                    rule: .any, updateMode: name.hasPrefix("listener.name.") ? .perBroker : .readOnly,
                    documentation: "")
        }
        return definitions.map { definition in
            let value = override(definition.name).map { definition.normalized($0) } ?? definition.defaultValue
            return entry(
                definition, value, brokerSynonyms(definition.name), readOnly: definition.updateMode == .readOnly)
        }
    }

    /// A configuration as it is in effect.
    package struct Effective: Sendable {
        package var name: String
        /// Nil where there is none.
        package var value: String?
        package var isSecret: Bool
        package var source: Source

        package enum Source: Sendable {
            case defaultValue
            /// At the start.
            case fixed
            /// While a broker ran, for this one or for all.
            case dynamic, dynamicDefault
        }
    }

    /// Every configuration of this broker, those of its listeners among them, by name.
    package var effective: [Effective] {
        var own = Set(fixed.keys).union(dynamic.keys).union(dynamicDefaults.keys)
        own.subtract(ConfigTable.broker.listed.map(\.name))
        return (ConfigTable.broker.listed.map(\.name) + own).sorted().map { name in
            let definition = ConfigTable.broker[name]
            return Effective(
                name: name, value: definition == nil ? override(name) : optionalString(name),
                isSecret: (definition ?? ConfigTable.broker[Self.baseName(name)])?.isSensitive ?? true,
                source: dynamic[name] != nil
                    ? .dynamic
                    : dynamicDefaults[name] != nil ? .dynamicDefault : fixed[name] != nil ? .fixed : .defaultValue)
        }
    }

    /// The configurations that are set for all brokers.
    func describeBrokerDefaults() -> [Entry] {
        dynamicDefaults.sorted { $0.key < $1.key }.map { name, value in
            let definition = ConfigTable.broker[name]
            return Entry {
                $0.name = name
                $0.value = definition?.isSensitive ?? true ? nil : value
                $0.isSensitive = definition?.isSensitive ?? true
                $0.readOnly = definition.map { $0.updateMode == .readOnly } ?? true
                $0.configSource = ConfigSource.dynamicDefaultBroker.rawValue
                $0.synonyms = brokerSynonyms(name).filter {
                    $0.source == ConfigSource.dynamicDefaultBroker.rawValue
                }
                $0.configType = definition?.kind.rawValue ?? 0
                $0.documentation = definition?.documentation
            }
        }
    }

    func describeGroup(_ overrides: [String: String]) -> [Entry] {
        ConfigTable.group.listed.map { definition in
            let own = overrides[definition.name]
            let value = definition.normalized(own ?? groupDefault(definition.name))
            var synonyms = [synonym(definition.name, value, own == nil ? .defaultValue : .group)]
            let broker = "group." + definition.name
            if own == nil, let set = override(broker) {
                synonyms = [synonym(broker, set, source(of: broker))]
            }
            return entry(definition, value, synonyms, readOnly: false)
        }
    }

    private func source(of name: String) -> ConfigSource {
        dynamic[name] != nil ? .dynamicBroker : dynamicDefaults[name] != nil ? .dynamicDefaultBroker : .staticBroker
    }

    private func entry(
        _ definition: ConfigDefinition, _ value: String?, _ synonyms: [Synonym], readOnly: Bool
    ) -> Entry {
        Entry {
            $0.name = definition.name
            $0.value = definition.isSensitive ? nil : value
            $0.isSensitive = definition.isSensitive
            $0.readOnly = readOnly
            $0.configSource = synonyms.first?.source ?? ConfigSource.defaultValue.rawValue
            $0.synonyms = synonyms
            $0.configType = definition.kind.rawValue
            $0.documentation = definition.documentation
        }
    }

    private func synonym(_ name: String, _ value: String?, _ source: ConfigSource) -> Synonym {
        Synonym {
            $0.name = name
            $0.value = value
            $0.source = source.rawValue
        }
    }

    /// Where the value of a broker configuration comes from, and what it would be without that; first comes first.
    private func brokerSynonyms(_ name: String) -> [Synonym] {
        let base = Self.baseName(name)
        let names = base == name ? TopicSynonyms.brokerGroup(of: name).map(\.name) : [name, base]
        let layers: [([String: String], ConfigSource)] = [
            (dynamic, .dynamicBroker), (dynamicDefaults, .dynamicDefaultBroker), (fixed, .staticBroker),
        ]
        var synonyms: [Synonym] = []
        for (layer, source) in layers {
            for name in names {
                guard let value = layer[name] else { continue }
                let isSensitive = ConfigTable.broker[Self.baseName(name)]?.isSensitive ?? true
                synonyms.append(synonym(name, isSensitive ? nil : value, source))
            }
        }
        for name in names {
            guard let definition = ConfigTable.broker[name], let value = definition.defaultValue else { continue }
            synonyms.append(synonym(name, value, .defaultValue))
        }
        // What stands before the configuration itself belongs to another unit of it.
        return Array(synonyms.drop { $0.name != name })
    }
}
