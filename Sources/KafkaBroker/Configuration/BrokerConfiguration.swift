// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The configuration of the broker: what its file and command line say, what was changed since, and Kafka's defaults.
///
/// A value is looked up in that order: dynamic for this broker, dynamic for all brokers, static, default.
package struct BrokerConfiguration: Sendable {
    /// As given at the start.
    private(set) var fixed: [String: String]
    /// Changed by clients, for this broker and for all.
    private(set) var dynamic: [String: String] = [:]
    private(set) var dynamicDefaults: [String: String] = [:]
    /// What the caller should log about the file, a line each.
    package private(set) var warnings: [String]
    /// What was set and changes nothing, in order; what is as it always is here is left out.
    package let withoutEffect: [String]
    /// The broker's own listeners; those of the controller are accepted in a file and not served.
    package let listeners: [Listener]
    /// One for each listener.
    package let advertisedListeners: [Listener]
    /// Where HTTP is served, by whoever runs the broker; all have the name `Listener.httpName`.
    package let httpListeners: [Listener]
    /// Where controllers are reached that the file names; a host is empty where it says none.
    package let controllerListeners: [Listener]

    /// What the file is read for.
    package enum Use: Sendable {
        /// To run a broker.
        case broker
        /// To look after directories, of a node that is a controller alone as well.
        case storage
    }

    /// - Parameters:
    ///   - file: properties of a file; unknown names become warnings, since plug-ins have theirs in it too.
    ///   - overrides: properties of the command line, which win; unknown names are errors.
    /// - Throws: for an unknown override, and for a value that can't be; the message names both.
    package init(
        file: [(name: String, value: String)] = [], overrides: [(name: String, value: String)] = [],
        use: Use = .broker
    ) throws(ConfigurationError) {
        var values: [String: String] = [:]
        var warnings: [String] = []
        var withoutEffect: [String] = []
        for (name, value) in file {
            guard try Self.check(name, value) else {
                if ConfigTable.isForeign(name) {
                    withoutEffect.append(name)
                } else {
                    warnings.append(Self.unknown(name))
                }
                continue
            }
            values[name] = value
        }
        for (name, value) in overrides {
            guard try Self.check(name, value) else {
                guard ConfigTable.isForeign(name) else { throw ConfigurationError(.invalidConfig, Self.unknown(name)) }
                withoutEffect.append(name)
                continue
            }
            values[name] = value
        }
        try Self.refuseReferences(values)
        for name in ConfigTable.reliedOn.sorted() where Self.isChanged(name, values) {
            warnings.append("\(name) is set, but this broker \(ConfigTable.withoutEffect[name] ?? "")")
        }
        withoutEffect += ConfigTable.withoutEffect.keys.filter { name in
            !ConfigTable.reliedOn.contains(name) && Self.isChanged(name, values)
        }
        self.withoutEffect = Set(withoutEffect).sorted()
        fixed = values
        self.warnings = warnings
        httpListeners = try Listener.parseHTTP(values["http.listeners"] ?? "")
        (listeners, advertisedListeners, controllerListeners) = try Self.resolveListeners(values, use)
        try validateTogether()
        if use == .broker {
            if let warning = lonelinessWarning { self.warnings.append(warning) }
            try validateRoles()
            try validateAuthorizer()
        }
    }

    /// Whether a value is another than holds here anyway.
    private static func isChanged(_ name: String, _ values: [String: String]) -> Bool {
        guard let definition = ConfigTable.broker[name], let value = values[name].map(definition.normalized) else {
            return false
        }
        if value == "1", ConfigTable.nodeCounts.contains(name) { return false }
        return !value.isEmpty && value != definition.defaultValue
    }

    /// A value that is to come from elsewhere would be taken as it stands: a directory of that name, for one.
    private static func refuseReferences(_ values: [String: String]) throws(ConfigurationError) {
        let providers = ConfigDefinition.elements(values["config.providers"] ?? "").map(\.trimmed)
        for provider in providers where !provider.isEmpty {
            guard let name = values.keys.sorted().first(where: { values[$0]?.contains("${\(provider):") ?? false })
            else { continue }
            throw ConfigurationError(
                .invalidConfig,
                "\(name) takes its value from '\(provider)' of config.providers, and this broker has none; write the value itself"
            )
        }
    }

    /// Whether the name is known; throws for a value that can't be.
    private static func check(_ name: String, _ value: String) throws(ConfigurationError) -> Bool {
        if let definition = ConfigTable.broker[name] {
            _ = try definition.parse(value)
            return true
        }
        return ConfigTable.isKnown(name)
    }

    private static func unknown(_ name: String) -> String {
        let hint = closest(to: name, among: ConfigTable.broker.names)
        return "unknown configuration '\(name)'" + (hint.map { "; did you mean '\($0)'?" } ?? "")
    }

    /// The node's number if somebody said it.
    package var explicitNodeID: Int32? {
        ["node.id", "broker.id"].contains { fixed[$0] != nil && int32($0) >= 0 } ? nodeID : nil
    }

    /// With the number that the data directory has.
    func with(nodeID: Int32) -> BrokerConfiguration {
        var copy = self
        copy.fixed["node.id"] = String(nodeID)
        copy.fixed["broker.id"] = String(nodeID)
        return copy
    }

    /// The same with values where nobody has given any.
    func with(defaults: [(name: String, value: String)]) -> BrokerConfiguration {
        var copy = self
        for (name, value) in defaults where copy.fixed[name] == nil { copy.fixed[name] = value }
        return copy
    }

    /// The same with other dynamic values, of this broker and of all.
    func with(dynamic: [String: String], dynamicDefaults: [String: String]) -> BrokerConfiguration {
        var copy = self
        copy.dynamic = dynamic
        copy.dynamicDefaults = dynamicDefaults
        return copy
    }
}

// Typed values. A name that is not in the table is a mistake of the programmer.
extension BrokerConfiguration {
    /// The value that is in effect; nil if it has none.
    package func optionalString(_ name: String) -> String? {
        guard let definition = ConfigTable.broker[name] else { preconditionFailure("no configuration \(name)") }
        return override(name).map { definition.normalized($0) } ?? definition.defaultValue
    }

    /// The value unless it is the default.
    func override(_ name: String) -> String? { dynamic[name] ?? dynamicDefaults[name] ?? fixed[name] }

    package func string(_ name: String) -> String { optionalString(name) ?? "" }
    package func bool(_ name: String) -> Bool { string(name) == "true" }
    package func int64(_ name: String) -> Int64 { Int64(string(name)) ?? 0 }
    package func int32(_ name: String) -> Int32 { Int32(clamping: int64(name)) }
    package func int(_ name: String) -> Int { Int(int64(name)) }
    package func double(_ name: String) -> Double { Double(string(name)) ?? 0 }
    package func list(_ name: String) -> [String] { ConfigDefinition.elements(string(name)) }

    /// `broker`, `controller`; empty where nobody says.
    package var processRoles: [String] {
        ConfigDefinition.elements(fixed["process.roles"] ?? "").map(\.trimmed).filter { !$0.isEmpty }
    }

    /// node.id, else broker.id, else 1.
    package var nodeID: Int32 {
        for name in ["node.id", "broker.id"] where int32(name) >= 0 { return int32(name) }
        return 1
    }

    /// log.dirs, else log.dir; none where that is set to nothing.
    package var logDirs: [String] {
        guard override("log.dirs") != nil else { return [string("log.dir").trimmed] }
        return list("log.dirs").map(\.trimmed).filter { !$0.isEmpty }
    }

    /// `delegation.token.secret.key`; nil where there are no tokens.
    var delegationTokenSecret: String? {
        guard let secret = optionalString("delegation.token.secret.key"), !secret.isEmpty else { return nil }
        return secret
    }

    package var rack: String? { optionalString("broker.rack") }
}
