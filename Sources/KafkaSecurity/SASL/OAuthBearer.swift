// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaText

/// OAUTHBEARER (RFC 7628, KIP-255): a token, and extensions beside it (KIP-342).
package struct OAuthBearerClient: SASLClient {
    private let token: String
    private let extensions: [String: String]
    private var hasFailed = false

    package init(token: String, extensions: [String: String] = [:]) {
        self.token = token
        self.extensions = extensions
    }

    package func begin() throws(SecurityError) -> [UInt8] {
        guard OAuthBearerMessage.isToken(token) else {
            throw SecurityError("the token is none that OAUTHBEARER can carry: it has white space or other characters")
        }
        for (name, value) in extensions.sorted(by: { $0.key < $1.key }) {
            guard OAuthBearerMessage.isKey(name), name != "auth", OAuthBearerMessage.isValue(value) else {
                throw SecurityError(
                    "'\(name)' can't be an extension of OAUTHBEARER: names have letters alone, and values are printable"
                )
            }
        }
        let more = extensions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\u{1}" }.joined()
        return Array("n,,\u{1}auth=Bearer \(token)\u{1}\(more)\u{1}".utf8)
    }

    /// A failure comes as a message, after which the server wants to hear one byte more before it says so.
    package mutating func answer(_ message: [UInt8]) throws(SecurityError) -> [UInt8]? {
        if message.isEmpty, !hasFailed { return nil }
        guard !hasFailed else { throw SecurityError("the broker sent more than OAUTHBEARER has") }
        hasFailed = true
        return [1]
    }
}

/// The server's half of OAUTHBEARER.
package struct OAuthBearerServer: SASLServer {
    /// Why a token isn't good enough, as RFC 7628 has it for the client.
    package struct Refusal: Error, Sendable, Equatable {
        package var reason: String
        package var user: String?
        /// The scope that would be enough.
        package var scope: String?

        package init(_ reason: String, user: String? = nil, scope: String? = nil) {
            self.reason = reason
            self.user = user
            self.scope = scope
        }

        var json: String {
            guard let scope else { return JSON.members(["status": .string("invalid_token")]).serialized() }
            return JSON.members(["status": .string("insufficient_scope"), "scope": .string(scope)]).serialized()
        }
    }

    private let validate: @Sendable (String) -> Result<SASLIdentity, Refusal>
    private var refusal: Refusal?

    /// - Parameter validate: checks a token.
    package init(validate: @escaping @Sendable (String) -> Result<SASLIdentity, Refusal>) { self.validate = validate }

    package mutating func receive(_ message: [UInt8]) -> SASLServerStep {
        if let refusal {
            guard message == [1] else {
                return .refused(SASLRefusal("a message of OAUTHBEARER can't be read", user: refusal.user))
            }
            return .refused(SASLRefusal(refusal.reason, user: refusal.user, answer: refusal.json))
        }
        guard let parsed = OAuthBearerMessage(message) else {
            return .refused(SASLRefusal("a message of OAUTHBEARER can't be read"))
        }
        switch validate(parsed.token) {
        case .failure(let failure):
            refusal = failure
            return .challenge(Array(failure.json.utf8))
        case .success(let identity):
            guard parsed.authorizationID == nil || parsed.authorizationID == identity.principal.name else {
                return .refused(
                    SASLRefusal("it wants to act as another user", user: identity.principal.name))
            }
            return .done(identity, [])
        }
    }
}

/// A client's first message: `n,[a=name],^Aauth=Bearer token^A[key=value^A]*^A`.
struct OAuthBearerMessage {
    var authorizationID: String?
    var token: String

    init?(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 1, omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[parts.count - 1].isEmpty, parts[parts.count - 2].isEmpty,
            let header = String(validating: parts[0], as: UTF8.self)
        else { return nil }
        let words = header.split(separator: ",", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "n", words[2].isEmpty else { return nil }
        if !words[1].isEmpty {
            guard words[1].hasPrefix("a="), let name = ScramMessage.decode(name: words[1].dropFirst(2)) else {
                return nil
            }
            authorizationID = name
        }
        var found: [String: String] = [:]
        for part in parts[1..<(parts.count - 2)] {
            guard let sign = part.firstIndex(of: UInt8(ascii: "=")), sign > part.startIndex,
                let key = String(validating: part[..<sign], as: UTF8.self), Self.isKey(key),
                let value = String(validating: part[(sign + 1)...], as: UTF8.self), Self.isValue(value)
            else { return nil }
            found[key] = value
        }
        let authorization = (found["auth"] ?? "").split(separator: " ", maxSplits: 1)
        guard authorization.count == 2, authorization[0].lowercased() == "bearer" else { return nil }
        token = String(authorization[1].drop { $0 == " " })
        guard Self.isToken(token) else { return nil }
    }

    static func isKey(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) }
    }

    static func isValue(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 9 || $0 == 10 || $0 == 13 }
    }

    /// As RFC 6750 has it.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
                    true
                default: false
                }
            }
    }
}
