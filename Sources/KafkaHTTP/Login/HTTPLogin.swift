// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
internal import KafkaText

/// Finds out who sends a request.
package protocol HTTPLogin: Sendable {
    /// What a client is told that has to log in, as WWW-Authenticate has it.
    var challenges: [String] { get }
    /// - Parameter host: the client's address.
    func check(_ credentials: HTTPCredentials, from host: String) async -> HTTPLoginOutcome
}

package enum HTTPLoginOutcome: Sendable, Equatable {
    case principal(Principal)
    /// To be told so after that time: whoever guesses has to wait (KIP-306).
    case refused(delayMs: Int64)
}

/// What an Authorization header says.
package enum HTTPCredentials: Sendable, Equatable {
    /// RFC 7617.
    case basic(user: String, password: String)
    /// RFC 6750.
    case bearer(String)

    /// - Returns: nil for another scheme, or for what can't be read.
    package init?(_ header: String) {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let value = String(parts[1].trimmingSpaces)
        switch parts[0].lowercased() {
        case "basic":
            guard let bytes = Base64.decode(value), let text = String(validating: bytes, as: UTF8.self),
                let colon = text.firstIndex(of: ":"), !text.utf8.contains(0)
            else { return nil }
            self = .basic(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
        case "bearer":
            // No control characters: the token becomes a part of a message of SASL.
            guard !value.isEmpty, value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
            self = .bearer(value)
        default: return nil
        }
    }
}
