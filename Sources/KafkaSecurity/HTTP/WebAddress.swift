// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A URL of http, https or a file.
package struct WebAddress: Sendable, Equatable, CustomStringConvertible {
    package enum Scheme: Sendable, Equatable { case http, https, file }

    package var scheme: Scheme
    package var host = ""
    package var port = 0
    /// With the query; of a file its path.
    package var path: String
    /// Without a query, which may hold a secret.
    package var description: String

    /// - Parameter property: who has the URL, for the message.
    package init(_ text: String, property: String) throws(SecurityError) {
        let invalid = SecurityError(
            "\(property) can't be '\(Self.withoutSecrets(text).printable)'; it is https://HOST/PATH, http://… or file:///PATH"
        )
        guard let colon = text.firstIndex(of: ":"), text.utf8.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            throw invalid
        }
        var rest = text[text.index(after: colon)...]
        description = Self.withoutSecrets(text)
        switch text[..<colon].lowercased() {
        case "file":
            scheme = .file
            if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
            guard rest.hasPrefix("/") else { throw invalid }
            path = String(rest)
            return
        case "http": (scheme, port) = (.http, 80)
        case "https": (scheme, port) = (.https, 443)
        default: throw invalid
        }
        guard rest.hasPrefix("//") else { throw invalid }
        rest = rest.dropFirst(2)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        var authority = rest[..<end]
        let tail = rest[end...].prefix { $0 != "#" }
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        guard !authority.contains("@") else { throw invalid }
        if authority.hasPrefix("["), let bracket = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<bracket])
            authority = authority[authority.index(after: bracket)...]
        } else {
            host = String(authority.prefix { $0 != ":" })
            authority = authority.dropFirst(host.count)
        }
        if authority.hasPrefix(":") {
            guard let number = UInt16(authority.dropFirst()), number > 0 else { throw invalid }
            port = Int(number)
        } else if !authority.isEmpty {
            throw invalid
        }
        guard !host.isEmpty else { throw invalid }
    }

    private static func withoutSecrets(_ text: String) -> String {
        let plain = text.prefix { $0 != "?" && $0 != "#" }
        guard let at = plain.lastIndex(of: "@") else { return String(plain) }
        return "…" + plain[at...]
    }
}
