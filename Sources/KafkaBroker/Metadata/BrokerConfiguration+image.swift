// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol

extension BrokerConfiguration {
    /// With the dynamic configurations that `image` has for this broker and for all.
    func applying(_ image: MetadataImage) -> BrokerConfiguration {
        with(
            dynamic: image.configs(of: ConfigResource(.broker, String(nodeID))),
            dynamicDefaults: image.configs(of: ConfigResource(.broker, "")))
    }

    /// The value of a topic configuration that holds for topics without one of their own.
    func topicDefault(_ name: String) -> String {
        // Every layer is searched for every synonym before the next layer is, as Kafka does.
        let synonyms = TopicSynonyms.of(name)
        for layer in [dynamic, dynamicDefaults, fixed] {
            for synonym in synonyms {
                if let value = layer[synonym.name] { return synonym.converted(value.trimmed) }
            }
        }
        return ConfigTable.topic[name]?.defaultValue ?? ""
    }

    /// A topic configuration in effect, normalized.
    func topicValue(_ name: String, topic: String, image: MetadataImage) -> String {
        topicValue(name, overrides: image.configs(of: ConfigResource(.topic, topic)))
    }

    func topicValue(_ name: String, overrides: [String: String]) -> String {
        guard let definition = ConfigTable.topic[name] else { preconditionFailure("no topic configuration \(name)") }
        return definition.normalized(overrides[name] ?? topicDefault(name))
    }

    /// The configuration of a topic's logs.
    func logConfig(topic: String, image: MetadataImage) -> LogConfig {
        logConfig(overrides: image.configs(of: ConfigResource(.topic, topic)))
    }

    /// A value that the log can't read (a directory may hold what an older Kafka accepted) leaves its default.
    func logConfig(overrides: [String: String]) -> LogConfig {
        var config = LogConfig()
        for name in LogConfig.names {
            let fallback = config
            do { _ = try config.set(name, topicValue(name, overrides: overrides)) } catch { config = fallback }
        }
        return config
    }

    /// A configuration of a group, in effect: its own over the broker's.
    func groupValue(_ name: String, group: String, image: MetadataImage) -> String {
        guard let definition = ConfigTable.group[name] else { preconditionFailure("no group configuration \(name)") }
        if let own = image.configs(of: ConfigResource(.group, group))[name] {
            return definition.normalized(own)
        }
        return groupDefault(name)
    }

    /// The broker's configuration of the same meaning, else the default.
    func groupDefault(_ name: String) -> String {
        let synonym = "group." + name
        if ConfigTable.broker[synonym] != nil { return string(synonym) }
        return ConfigTable.group[name]?.defaultValue ?? ""
    }
}
