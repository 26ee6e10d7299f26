// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// A server's half of a SASL mechanism, without a socket or a clock. It is asked until it is done or has refused.
package protocol SASLServer: Sendable {
    mutating func receive(_ message: [UInt8]) -> SASLServerStep
}

/// What a server says to a message.
package enum SASLServerStep: Sendable, Equatable {
    /// Goes on.
    case challenge([UInt8])
    /// The client is who it says; with the last message, which may be empty.
    case done(SASLIdentity, [UInt8])
    case refused(SASLRefusal)
}

/// Who has logged in.
package struct SASLIdentity: Sendable, Equatable {
    package var principal: Principal
    /// Whether it was with a delegation token (KIP-48).
    package var isToken: Bool
    /// Milliseconds since 1970 at which what it logged in with ends; nil if that doesn't.
    package var expiresAt: Int64?

    package init(_ principal: Principal, isToken: Bool = false, expiresAt: Int64? = nil) {
        self.principal = principal
        self.isToken = isToken
        self.expiresAt = expiresAt
    }
}

/// Why a login is refused.
package struct SASLRefusal: Error, Sendable, Equatable {
    /// For the log; without secrets, and visible.
    package var reason: String
    /// As far as the client said; not made visible.
    package var user: String?
    /// For the client, where the mechanism has words that say nothing of who exists; nil for Kafka's general ones.
    package var answer: String?

    package init(_ reason: String, user: String? = nil, answer: String? = nil) {
        self.reason = reason
        self.user = user
        self.answer = answer
    }
}
