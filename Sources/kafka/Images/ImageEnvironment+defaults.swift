// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaProtocol

/// What a broker in a container is where nobody says it: all that Apache Kafka's image has by itself, which it drops as
/// soon as a single variable is set.
extension ImageEnvironment {
    /// - Parameters:
    ///   - base: the properties of a file, over which variables win.
    ///   - listens: whether the command line says where to listen.
    mutating func complete(_ base: Properties, listens: Bool) throws {
        if listens {
            for address in addresses { passOver(address) }
        } else {
            completeListeners(base)
        }
        if self["log.dirs"] == nil, self["log.dir"] == nil, base["log.dirs"] == nil, base["log.dir"] == nil,
            let directory = files.dataDirectory
        {
            set("log.dirs", directory, from: nil)
        }
        try login(users, at: saslListeners(base), base)
    }

    private mutating func completeListeners(_ base: Properties) {
        let old = LegacyAddress { name in addresses.last { $0.name == name }?.value ?? base[name] }
        let from = addresses.first?.variable
        let hasListeners = self["listeners"] != nil || base["listeners"] != nil
        let advertised = self["advertised.listeners"] ?? base["advertised.listeners"]
        if !hasListeners, let advertised {
            let source = settings.last { $0.name == "advertised.listeners" }?.variable
            set("listeners", Self.onAllAddresses(advertised), from: source)
        } else if !hasListeners {
            set("listeners", old.listeners(host: ""), from: from)
            // Who maps the port to one of its machine reaches that.
            set("advertised.listeners", old.advertised ?? "PLAINTEXT://localhost:\(old.port)", from: from)
        } else if advertised == nil, let told = old.advertised {
            set("advertised.listeners", told, from: from)
        }
        for address in addresses where advertised != nil || hasListeners && !address.name.hasPrefix("advertised.") {
            passOver(address)
        }
        let listeners = self["listeners"] ?? base["listeners"] ?? ""
        if self["controller.listener.names"] == nil, base["controller.listener.names"] == nil,
            Self.names(listeners).contains("CONTROLLER")
        {
            set("controller.listener.names", "CONTROLLER", from: nil)
        }
    }

    /// `A://kafka:29092,B://localhost:9092` without its hosts.
    private static func onAllAddresses(_ listeners: String) -> String {
        listeners.split(separator: ",").map { listener in
            guard let (name, address) = Listener.parts(of: listener.trimmed), let colon = address.lastIndex(of: ":")
            else {
                return listener.trimmed
            }
            return "\(name)://\(address[colon...])"
        }.joined(separator: ",")
    }

    /// In upper case.
    private static func names(_ listeners: String) -> [String] {
        listeners.split(separator: ",").compactMap { Listener.parts(of: $0.trimmed)?.name.uppercased() }
    }

    /// The listeners where clients log in.
    private func saslListeners(_ base: Properties) -> [String] {
        func given(_ name: String) -> String { self[name] ?? base[name] ?? "" }
        var protocols: [String: String] = [:]
        for element in given("listener.security.protocol.map").split(separator: ",") {
            let parts = element.split(separator: ":").map { $0.trimmed.uppercased() }
            if parts.count == 2 { protocols[parts[0]] = parts[1] }
        }
        let controllers = given("controller.listener.names").split(separator: ",").map { $0.trimmed.uppercased() }
        return Self.names(given("listeners")).filter { name in
            (protocols[name] ?? name).hasPrefix("SASL_") && !controllers.contains(name)
        }
    }
}
