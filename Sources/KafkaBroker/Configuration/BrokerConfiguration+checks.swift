// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension BrokerConfiguration {
    /// What single values can't show.
    func validateTogether() throws(ConfigurationError) {
        func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(ConfigurationError) {
            if !condition { throw ConfigurationError(.invalidConfig, message()) }
        }
        for name in ["node.id", "broker.id"] {
            // -1 is what broker.id was where ZooKeeper gave out the numbers.
            let isLeftOpen = name == "broker.id" && int32(name) == -1
            try require(
                fixed[name] == nil || int32(name) >= 0 || isLeftOpen,
                "Invalid value \(fixed[name] ?? "") for configuration \(name): Value must be at least 0")
        }
        if let node = fixed["node.id"]?.trimmed, let broker = fixed["broker.id"]?.trimmed, broker != "-1" {
            try require(
                node == broker,
                "You must set `node.id` to the same value as `broker.id`: \(node) is not \(broker).")
        }
        for name in ["log.retention.hours", "log.retention.minutes", "log.retention.ms"] {
            try require(override(name) == nil || int64(name) != 0, "\(name) must be -1 (unlimited) or greater than 0")
        }
        try ordered("group.min.session.timeout.ms", "group.max.session.timeout.ms")
        try ordered("group.consumer.min.heartbeat.interval.ms", "group.consumer.max.heartbeat.interval.ms")
        try ordered("group.consumer.min.session.timeout.ms", "group.consumer.max.session.timeout.ms")
        try ordered("group.share.min.heartbeat.interval.ms", "group.share.max.heartbeat.interval.ms")
        try ordered("group.share.min.session.timeout.ms", "group.share.max.session.timeout.ms")
        try ordered("group.share.min.record.lock.duration.ms", "group.share.max.record.lock.duration.ms")
        try ordered("log.cleaner.min.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms")
        try validateConnectionLimits()
    }

    func validateRoles() throws(ConfigurationError) {
        let roles = processRoles
        guard roles.isEmpty || roles.contains("broker") else {
            throw ConfigurationError(
                .invalidConfig,
                "process.roles is \(roles.joined(separator: ",")), but a node of this kind always is a broker; "
                    + "set process.roles=broker,controller, or leave it out")
        }
    }

    /// Of a file for a cluster of several nodes, each would be a cluster of its own here.
    var lonelinessWarning: String? {
        let voters = list("controller.quorum.voters").filter { !$0.trimmed.isEmpty }
        guard voters.count > 1 else { return nil }
        return "controller.quorum.voters has \(voters.count) controllers, but this broker is a cluster of its own: it "
            + "copies nothing to others"
    }

    /// An authorizer that isn't there would leave everything open.
    func validateAuthorizer() throws(ConfigurationError) {
        let name = string("authorizer.class.name")
        guard name.isEmpty || name == StandardAuthorizer.className else {
            throw ConfigurationError(
                .invalidConfig,
                "authorizer.class.name is \(name), and this broker has \(StandardAuthorizer.className) alone; "
                    + "name that one, or none for a broker that is open to everybody")
        }
        _ = try accessRules
    }

    /// The rules of access before any entry, those of `super.users`.
    var accessRules: AccessRules {
        get throws(ConfigurationError) {
            var rules = AccessRules()
            rules.allowsWithoutEntries = bool("allow.everyone.if.no.acl.found")
            do throws(AccessRules.NotAPrincipal) {
                rules.superUsers = try AccessRules.superUsers(string("super.users"))
            } catch {
                throw ConfigurationError(
                    .invalidConfig,
                    "super.users has '\(error.text)', which is not TYPE:NAME such as User:alice; separate users by "
                        + "semicolons")
            }
            return rules
        }
    }

    /// Whether `authorizer.class.name` names the authorizer that there is.
    var hasAuthorizer: Bool { !string("authorizer.class.name").isEmpty }

    private func ordered(_ low: String, _ high: String) throws(ConfigurationError) {
        guard int64(low) <= int64(high) else {
            throw ConfigurationError(
                .invalidConfig, "\(high) (\(int64(high))) must be greater than or equal to \(low) (\(int64(low)))")
        }
    }
}

// Listeners.
extension BrokerConfiguration {
    static func resolveListeners(
        _ values: [String: String], _ use: Use
    ) throws(ConfigurationError) -> (listeners: [Listener], advertised: [Listener], controllers: [Listener]) {
        func value(_ name: String) -> String { values[name] ?? ConfigTable.broker[name]?.defaultValue ?? "" }
        let names = ConfigDefinition.elements(value("controller.listener.names")).map { $0.trimmed.uppercased() }
        let controllers = Set(names.filter { !$0.isEmpty })
        let protocols = try securityProtocols(value("listener.security.protocol.map"), plain: controllers)
        let all = try Listener.parse(value("listeners"), configuration: "listeners", protocols: protocols)
        let listeners = all.filter { !controllers.contains($0.name) }
        guard !listeners.isEmpty || use == .storage else {
            throw ConfigurationError(
                .invalidConfig,
                "Invalid value \(value("listeners")) for configuration listeners: "
                    + "There must be at least one listener for clients")
        }
        guard let text = values["advertised.listeners"], !text.trimmed.isEmpty else {
            return (listeners, listeners, controllerListeners(names, all, []))
        }
        let said = try Listener.parse(text, configuration: "advertised.listeners", protocols: protocols)
        for listener in said where !controllers.contains(listener.name) {
            guard listeners.contains(where: { $0.name == listener.name }) else {
                throw ConfigurationError(
                    .invalidConfig,
                    "Invalid value \(text) for configuration advertised.listeners: "
                        + "\(listener.name) is none of the listeners")
            }
            guard listener.host != "0.0.0.0" else {
                throw ConfigurationError(
                    .invalidConfig,
                    "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.")
            }
        }
        return (
            listeners, listeners.map { own in said.first { $0.name == own.name } ?? own },
            controllerListeners(names, all, said)
        )
    }

    /// In the order of controller.listener.names: as advertised, else as listened on; all addresses are no host.
    private static func controllerListeners(_ names: [String], _ all: [Listener], _ said: [Listener]) -> [Listener] {
        names.compactMap { name in
            if let listener = said.first(where: { $0.name == name }) { return listener }
            guard var listener = all.first(where: { $0.name == name }) else { return nil }
            if listener.isOnAllAddresses { listener.host = "" }
            return listener
        }
    }

    /// `NAME:PROTOCOL,…`; a name that is a protocol's needs no entry of its own.
    private static func securityProtocols(
        _ text: String, plain controllers: Set<String>
    ) throws(ConfigurationError) -> [String: SecurityProtocol] {
        var map: [String: SecurityProtocol] = [:]
        for element in ConfigDefinition.elements(text.trimmed) where !element.isEmpty {
            let parts = element.split(separator: ":").map { $0.trimmed }
            guard parts.count == 2, let found = SecurityProtocol(name: parts[1]) else {
                throw ConfigurationError(
                    .invalidConfig,
                    "Invalid value \(text) for configuration listener.security.protocol.map: "
                        + "'\(element)' is not NAME:PROTOCOL")
            }
            map[parts[0].uppercased()] = found
        }
        // Kafka maps controller listeners to PLAINTEXT if the map is left at its default.
        for name in controllers where map[name] == nil { map[name] = .plaintext }
        return map
    }
}
