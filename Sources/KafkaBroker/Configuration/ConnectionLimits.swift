// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// How many connections may be there, and come in a second.
struct ConnectionLimits: Sendable, Equatable {
    struct Limit: Sendable, Equatable {
        /// `max.connections`
        var count: Int
        /// `max.connection.creation.rate`; `.max` for none.
        var perSecond: Int
    }

    var broker: Limit
    /// By the name of a listener; those that have none of their own have the broker's.
    var listeners: [String: Limit]
    /// `max.connections.per.ip`
    var perAddress: Int
    /// `max.connections.per.ip.overrides`, by address.
    var addresses: [String: Int]
    /// The listener on which clients' connections don't keep brokers' away: it isn't counted against the broker's limits
    /// where there are others.
    var protectedListener: String?

    init(_ configuration: BrokerConfiguration) {
        broker = Limit(
            count: configuration.int("max.connections"), perSecond: configuration.int("max.connection.creation.rate"))
        listeners = [:]
        for listener in configuration.listeners {
            func value(_ name: String) -> Int {
                let own = configuration.override("listener.name.\(listener.name.lowercased()).\(name)")
                return own.flatMap { Int($0.trimmed) } ?? configuration.int(name)
            }
            listeners[listener.name] = Limit(
                count: value("max.connections"), perSecond: value("max.connection.creation.rate"))
        }
        perAddress = configuration.int("max.connections.per.ip")
        addresses = [:]
        for (host, count) in (try? configuration.connectionsOfHosts) ?? [] {
            if let address = HostName.literal(host) { addresses[address] = count }
        }
        let own = configuration.optionalString("inter.broker.listener.name")?.trimmed.uppercased()
        let name = own ?? configuration.string("security.inter.broker.protocol").trimmed.uppercased()
        if configuration.listeners.count > 1, listeners[name] != nil { protectedListener = name }
    }
}

extension BrokerConfiguration {
    /// `max.connections.per.ip.overrides`, as it is written.
    var connectionsOfHosts: [(host: String, count: Int)] {
        get throws(ConfigurationError) {
            let name = "max.connections.per.ip.overrides"
            var limits: [(String, Int)] = []
            for element in ConfigDefinition.elements(string(name)).map(\.trimmed) where !element.isEmpty {
                guard let colon = element.lastIndex(of: ":"), colon > element.startIndex,
                    let count = Int32(element[element.index(after: colon)...].trimmed), count >= 0
                else {
                    throw ConfigurationError(
                        .invalidConfig,
                        "Invalid value \(element) for configuration \(name): write HOST:NUMBER, with commas between them"
                    )
                }
                let host = element[..<colon].trimmed
                guard Listener.isHost(host[...]) else {
                    throw ConfigurationError(.invalidConfig, "\(name) contains invalid addresses : \(host)")
                }
                limits.append((host, Int(count)))
            }
            return limits
        }
    }

    /// Limits of connections that can't be, of listeners as well.
    func validateConnectionLimits() throws(ConfigurationError) {
        let hosts = try connectionsOfHosts
        guard int("max.connections.per.ip") > 0 || !hosts.isEmpty else {
            throw ConfigurationError(
                .invalidConfig,
                "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.")
        }
        for (host, _) in hosts where HostName.literal(host) == nil {
            throw ConfigurationError(
                .invalidConfig, "max.connections.per.ip.overrides contains '\(host)', which can't be resolved")
        }
        for listener in listeners {
            for base in ["max.connections", "max.connection.creation.rate"] {
                let name = "listener.name.\(listener.name.lowercased()).\(base)"
                guard let text = override(name) else { continue }
                guard let value = Int32(text.trimmed), value > 0 else {
                    throw ConfigurationError(
                        .invalidConfig, "Invalid value \(text) for configuration \(name): it must be a number above 0")
                }
            }
        }
    }
}
