// SPDX-License-Identifier: Apache-2.0

/// A client's half of a SASL mechanism, without a socket or a clock; in all that Kafka has the client speaks first.
package protocol SASLClient: Sendable {
    /// The first message.
    mutating func begin() throws(SecurityError) -> [UInt8]
    /// Answers a message of the server.
    /// - Returns: nil when the exchange is complete.
    /// - Throws: if the message is none that belongs here, or the server doesn't prove what it has to.
    mutating func answer(_ message: [UInt8]) throws(SecurityError) -> [UInt8]?
}
