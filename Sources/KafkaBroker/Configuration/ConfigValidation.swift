// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Checks of whole sets of configurations, with Kafka's codes and words.
extension BrokerConfiguration {
    /// - Throws: for an unknown name, a value that can't be, and values that contradict each other.
    func validateTopic(_ configs: [String: String]) throws(ConfigurationError) {
        for name in configs.keys.sorted() where ConfigTable.topic[name] == nil {
            throw ConfigurationError(.invalidConfig, "Unknown topic config name: \(name)")
        }
        for (name, value) in configs.sorted(by: { $0.key < $1.key }) { _ = try ConfigTable.topic[name]?.parse(value) }
        func number(_ name: String) -> Int64 { Int64(topicValue(name, overrides: configs)) ?? 0 }
        let (low, high) = (number("min.compaction.lag.ms"), number("max.compaction.lag.ms"))
        guard low <= high else {
            throw ConfigurationError(
                .invalidConfig,
                "conflict topic config setting min.compaction.lag.ms (\(low)) > max.compaction.lag.ms (\(high))")
        }
        if topicValue("remote.storage.enable", overrides: configs) == "true" {
            throw ConfigurationError(
                .invalidConfig,
                "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage."
            )
        }
    }

    func validateGroup(_ configs: [String: String]) throws(ConfigurationError) {
        for (name, value) in configs.sorted(by: { $0.key < $1.key }) {
            guard let definition = ConfigTable.group[name] else {
                throw ConfigurationError(.invalidConfig, "Unknown group config name: \(name)")
            }
            _ = try definition.parse(value)
        }
        let bounded = [
            "consumer.session.timeout.ms", "consumer.heartbeat.interval.ms", "share.session.timeout.ms",
            "share.heartbeat.interval.ms", "share.record.lock.duration.ms", "streams.session.timeout.ms",
            "streams.heartbeat.interval.ms",
        ]
        for name in bounded {
            guard let text = configs[name], let value = Int64(text.trimmed), let dot = name.firstIndex(of: ".") else {
                continue
            }
            let (kind, rest) = (name[..<dot], name[name.index(after: dot)...])
            let (low, high) = ("group.\(kind).min.\(rest)", "group.\(kind).max.\(rest)")
            if value < int64(low) {
                throw ConfigurationError(.invalidConfig, "\(name) must be greater than or equal to \(low)")
            }
            if value > int64(high) {
                throw ConfigurationError(.invalidConfig, "\(name) must be less than or equal to \(high)")
            }
        }
    }

    func validateClientMetrics(name: String, _ configs: [String: String]) throws(ConfigurationError) {
        guard !name.isEmpty else {
            throw ConfigurationError(.invalidRequest, "Subscription name can't be empty")
        }
        for (name, value) in configs.sorted(by: { $0.key < $1.key }) {
            guard let definition = ConfigTable.clientMetrics[name] else {
                throw ConfigurationError(.invalidRequest, "Unknown client metrics configuration: \(name)")
            }
            let parsed = try definition.parse(value)
            if name == "interval.ms", !(100...3_600_000).contains(parsed.number) {
                throw ConfigurationError(
                    .invalidRequest,
                    "Invalid value \(parsed.text) for interval.ms, interval must be between 100 and 3600000 (1 hour)")
            }
            if name == "match" { try Self.checkMatches(parsed.list) }
        }
    }

    private static func checkMatches(_ patterns: [String]) throws(ConfigurationError) {
        let known = [
            "client_instance_id", "client_id", "client_software_name", "client_software_version",
            "client_source_address", "client_source_port",
        ]
        for pattern in patterns {
            let parts = pattern.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, known.contains(parts[0].trimmed) else {
                throw ConfigurationError(.invalidConfig, "Illegal client matching pattern: \(pattern)")
            }
        }
    }

    /// Checks the dynamic configurations of one broker, or of all when `isDefault`.
    func validateBroker(_ configs: [String: String], isDefault: Bool) throws(ConfigurationError) {
        let fixedNames = configs.keys.filter { ConfigTable.broker[$0]?.updateMode == .readOnly }.sorted()
        guard fixedNames.isEmpty else {
            throw ConfigurationError(
                .invalidRequest, "Cannot update these configs dynamically: Set(\(fixedNames.joined(separator: ", ")))")
        }
        let security = configs.keys.filter(Self.listenersOwn.contains).sorted()
        guard security.isEmpty else {
            throw ConfigurationError(
                .invalidRequest,
                "These security configs can be dynamically updated only per-listener using the listener prefix: "
                    + "Set(\(security.joined(separator: ", ")))")
        }
        for (name, value) in configs.sorted(by: { $0.key < $1.key }) {
            guard let definition = ConfigTable.broker[Self.baseName(name)] else { continue }
            do { _ = try definition.parse(value) } catch {
                throw ConfigurationError(.invalidRequest, error.message)
            }
        }
        if isDefault {
            let own = configs.keys.filter { name in
                // Of a listener, all but the limits of connections, which are no broker's own.
                name.hasPrefix("listener.name.")
                    ? ConfigTable.broker[Self.baseName(name)]?.updateMode != .clusterWide
                    : ConfigTable.broker[name]?.updateMode == .perBroker
            }.sorted()
            guard own.isEmpty else {
                throw ConfigurationError(
                    .invalidRequest,
                    "Cannot update these configs at default cluster level, broker id must be specified: "
                        + "Set(\(own.joined(separator: ", ")))")
            }
        }
        let future =
            isDefault
            ? with(dynamic: dynamic, dynamicDefaults: configs)
            : with(dynamic: configs, dynamicDefaults: dynamicDefaults)
        do { try future.validateTogether() } catch { throw ConfigurationError(.invalidRequest, error.message) }
        try future.validateCertificates(instead: self)
    }

    /// Keys and certificates, which Kafka changes for one listener at a time.
    private static let listenersOwn: Set<String> = [
        "ssl.key.password", "ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.keystore.location",
        "ssl.keystore.password", "ssl.keystore.type", "ssl.truststore.certificates", "ssl.truststore.location",
        "ssl.truststore.password", "ssl.truststore.type",
    ]

    /// The configuration behind a listener's prefix: `listener.name.external.ssl.keystore.location`.
    static func baseName(_ name: String) -> String {
        guard name.hasPrefix("listener.name.") else { return name }
        let rest = name.dropFirst("listener.name.".count)
        guard let dot = rest.firstIndex(of: ".") else { return name }
        let base = String(rest[rest.index(after: dot)...])
        // `listener.name.external.scram-sha-256.sasl.jaas.config` names the mechanism, too.
        return ConfigTable.broker.names.first { base == $0 || base.hasSuffix("." + $0) } ?? base
    }
}
