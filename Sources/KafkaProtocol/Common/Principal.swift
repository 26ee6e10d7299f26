// SPDX-License-Identifier: Apache-2.0

/// Who sends a request: what access control lists and quotas speak of.
public struct Principal: Sendable, Hashable, CustomStringConvertible {
    /// `User` for all that log in themselves.
    public var type: String
    public var name: String

    public init(type: String = "User", name: String) {
        self.type = type
        self.name = name
    }

    /// Whoever did not log in.
    public static let anonymous = Principal(name: "ANONYMOUS")

    /// As Kafka writes it: `User:alice`.
    public var description: String { "\(type):\(name)" }
}
