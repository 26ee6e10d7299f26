// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// PLAIN (RFC 4616): user and password as they are, for connections that nobody else can read.
package struct PlainClient: SASLClient {
    private let user: String
    private let password: String

    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    package func begin() throws(SecurityError) -> [UInt8] {
        guard !user.utf8.contains(0), !password.utf8.contains(0) else {
            throw SecurityError("user and password of PLAIN can't have a zero byte")
        }
        return [0] + Array(user.utf8) + [0] + Array(password.utf8)
    }

    package func answer(_ message: [UInt8]) throws(SecurityError) -> [UInt8]? {
        guard message.isEmpty else { throw SecurityError("the broker sent more than PLAIN has") }
        return nil
    }
}

/// The server's half of PLAIN.
package struct PlainServer: SASLServer {
    private let password: @Sendable (String) -> String?

    /// - Parameter password: of a user; nil for who is unknown.
    package init(password: @escaping @Sendable (String) -> String?) { self.password = password }

    package func receive(_ message: [UInt8]) -> SASLServerStep {
        let parts = message.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            return .refused(SASLRefusal("a message of PLAIN has \(parts.count) parts instead of 3"))
        }
        let texts = parts.map { String(validating: $0, as: UTF8.self) }
        guard let authorizationID = texts[0], let user = texts[1], let given = texts[2] else {
            return .refused(SASLRefusal("a message of PLAIN is no UTF-8"))
        }
        guard !user.isEmpty else { return .refused(SASLRefusal("it names no user")) }
        guard !given.isEmpty else { return .refused(SASLRefusal("it gives no password", user: user)) }
        let expected = password(user)
        // Compared for an unknown user too, who must not be told by the time that takes.
        let isRight = ConstantTime.areEqual((expected ?? given).utf8, given.utf8)
        guard isRight, expected != nil else {
            return .refused(
                SASLRefusal(
                    expected == nil ? "unknown user" : "wrong password", user: user,
                    answer: "Authentication failed: Invalid username or password"))
        }
        guard authorizationID.isEmpty || authorizationID == user else {
            return .refused(
                SASLRefusal(
                    "it wants to act as another user", user: user,
                    answer:
                        "Authentication failed: Client requested an authorization id that is different from username"
                ))
        }
        return .done(SASLIdentity(Principal(name: user)), [])
    }
}
