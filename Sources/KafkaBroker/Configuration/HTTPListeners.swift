// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension Listener {
    /// By which the properties of HTTP's listeners are found: `listener.name.http.ssl.keystore.location`.
    package static let httpName = "HTTP"

    /// Reads `http.listeners`.
    static func parseHTTP(_ text: String) throws(ConfigurationError) -> [Listener] {
        var listeners: [Listener] = []
        for element in ConfigDefinition.elements(text.trimmed) where !element.trimmed.isEmpty {
            guard let listener = http(element.trimmed) else {
                throw ConfigurationError(
                    .invalidConfig,
                    "Invalid value \(text) for configuration http.listeners: '\(element.trimmed)' is no address of HTTP; "
                        + "write http://HOST:PORT or https://HOST:PORT")
            }
            listeners.append(listener)
        }
        return listeners
    }

    /// An address of HTTP, as `--http` takes it: `HOST:PORT`, `http://HOST:PORT` or `https://HOST:PORT`; nil for what is
    /// none.
    package static func http(_ text: String) -> Listener? {
        var rest = text[...]
        var securityProtocol = SecurityProtocol.plaintext
        for (scheme, meaning) in [("https://", SecurityProtocol.ssl), ("http://", .plaintext)]
        where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            securityProtocol = meaning
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let address = ListenAddress(String(rest)) else { return nil }
        return Listener(
            name: httpName, host: address.host, port: Int32(address.port), securityProtocol: securityProtocol)
    }
}
