// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// A name, an address and a protocol: `PLAINTEXT://localhost:9092`.
package struct Listener: Sendable, Equatable {
    /// In upper case.
    package var name: String
    /// Empty for all addresses.
    package var host: String
    /// 0 for any free port.
    package var port: Int32
    package var securityProtocol: SecurityProtocol

    package init(name: String, host: String, port: Int32, securityProtocol: SecurityProtocol) {
        self.name = name
        self.host = host
        self.port = port
        self.securityProtocol = securityProtocol
    }

    /// Whether it is on every address of the machine.
    package var isOnAllAddresses: Bool { ["", "0.0.0.0", "::"].contains(host) }

    /// Whether a host has no characters but those that Kafka takes.
    static func isHost(_ host: Substring) -> Bool {
        host.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "%"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }

    /// Reads `NAME://host:port,…`; a host of IPv6 stands in brackets.
    static func parse(
        _ text: String, configuration: String, protocols: [String: SecurityProtocol]
    ) throws(ConfigurationError) -> [Listener] {
        var listeners: [Listener] = []
        for element in ConfigDefinition.elements(text.trimmed) where !element.isEmpty {
            let listener = try parse(element: element, of: text, configuration, protocols)
            if listeners.contains(where: { $0.name == listener.name }) {
                throw complaint(text, configuration, "Each listener must have a different name")
            }
            listeners.append(listener)
        }
        return listeners
    }

    private static func parse(
        element: String, of text: String, _ configuration: String, _ protocols: [String: SecurityProtocol]
    ) throws(ConfigurationError) -> Listener {
        guard let (name, address) = parts(of: element), !name.isEmpty,
            let colon = address.lastIndex(of: ":"),
            let port = UInt16(address[address.index(after: colon)...])
        else { throw complaint(text, configuration, "'\(element)' is no listener; write NAME://host:port") }
        var host = String(address[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard isHost(host[...]) else {
            throw complaint(
                text, configuration, "'\(host)' is no host; all addresses are written as none, NAME://:\(port)")
        }
        guard let securityProtocol = protocols[name.uppercased()] else {
            throw complaint(
                text, configuration, "No security protocol defined for listener \(name.uppercased())")
        }
        return Listener(name: name.uppercased(), host: host, port: Int32(port), securityProtocol: securityProtocol)
    }

    private static func complaint(_ value: String, _ name: String, _ text: String) -> ConfigurationError {
        ConfigurationError(.invalidConfig, "Invalid value \(value) for configuration \(name): \(text)")
    }

    /// What stands before and behind the `://`; nil where there is none.
    package static func parts(of text: String) -> (name: String, address: String)? {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].hasPrefix("://") {
                return (String(text[..<index]), String(text[text.index(index, offsetBy: 3)...]))
            }
            index = text.index(after: index)
        }
        return nil
    }
}
