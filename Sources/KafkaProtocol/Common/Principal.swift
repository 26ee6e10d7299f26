// SPDX-License-Identifier: Apache-2.0

/// Who sends a request: what access control lists and quotas speak of.
public struct Principal: Sendable, Hashable, CustomStringConvertible {
    /// `User` for all that log in themselves.
    public var type: String
    /// What the login says, or `ANONYMOUS`.
    public var name: String

    /// - Parameters:
    ///   - type: of the principal; a name of another authorizer may have another.
    ///   - name: as the login says.
    public init(type: String = "User", name: String) {
        self.type = type
        self.name = name
    }

    /// Whoever did not log in.
    public static let anonymous = Principal(name: "ANONYMOUS")

    /// Reads `User:alice`; nil for a text without a type.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return nil }
        self.init(type: String(text[..<colon]), name: String(text[text.index(after: colon)...]))
    }

    /// As Kafka writes it: `User:alice`.
    public var description: String { "\(type):\(name)" }
}
