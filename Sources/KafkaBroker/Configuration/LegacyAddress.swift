// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Where a broker listens in the words of before Kafka 3: host.name and port, and what clients are told.
package struct LegacyAddress {
    package static let names = ["advertised.host.name", "advertised.port", "host.name", "port"]

    private let host: String?
    package let port: String
    /// `advertised.listeners` as it would be said today; nil where nobody says anything of it.
    package let advertised: String?
    /// Whether anything is said of where to listen.
    package let isGiven: Bool

    package init(values: (String) -> String?) {
        func text(_ name: String) -> String? { values(name).flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed } }
        host = text("host.name")
        port = text("port") ?? "9092"
        isGiven = host != nil || text("port") != nil
        let (told, toldPort) = (text("advertised.host.name"), text("advertised.port"))
        advertised =
            told == nil && toldPort == nil && host == nil
            ? nil : "PLAINTEXT://\(Self.bracketed(told ?? host ?? "")):\(toldPort ?? port)"
    }

    /// `listeners` as it would be said today.
    /// - Parameter host: where nobody says one.
    package func listeners(host: String) -> String {
        "PLAINTEXT://\(Self.bracketed(self.host ?? host)):\(port)"
    }

    private static func bracketed(_ host: String) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }
}
