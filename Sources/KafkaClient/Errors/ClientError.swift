// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// What went wrong in the client: a kind to act on, and one line of plain words to print.
public struct ClientError: Error, Sendable, Hashable {
    /// What a caller may tell apart.
    public enum Kind: Sendable, Hashable {
        /// The broker's answer.
        case broker(ErrorCode)
        /// Unreachable, refused, unresolvable, or closed by the other side.
        case connection
        /// The listener speaks TLS and this client does not.
        case tlsExpected
        /// This client speaks TLS and the listener does not.
        case plaintextExpected
        /// The connection can't be encrypted: a certificate is not accepted, of either side, or there is no version of
        /// TLS in common.
        case encryption
        /// The broker has refused the login.
        case authentication
        /// No answer came in time; whether the request took effect is not known.
        case timedOut
        /// The caller's task was cancelled.
        case cancelled
        /// The client itself has been closed.
        case closed
        /// The broker does not have the API, or no version of it that this client has.
        case unsupported(APIKey)
        /// Bytes that are not Kafka's protocol.
        case invalidResponse
        /// A client property with a bad value.
        case configuration
        /// A record or batch beyond a limit.
        case tooLarge
        /// What the caller gave is not possible, such as a partition that the topic lacks.
        case invalidArgument
    }

    /// What to act on.
    public var kind: Kind
    /// One line that names host and port, topic and partition, or group, and the cause.
    public var message: String

    /// `message` is one line, without a full stop.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The broker's error code, if it was the broker that refused.
    public var errorCode: ErrorCode? {
        if case .broker(let code) = kind { code } else { nil }
    }

    /// Whether there is nobody to send to, rather than an answer; another may have the office by now.
    package var isUnreachable: Bool {
        switch kind {
        case .connection, .timedOut, .broker(.brokerNotAvailable): true
        default: false
        }
    }

    /// Whether the same call may succeed later.
    public var isRetriable: Bool {
        switch kind {
        case .broker(let code): code.isRetriable
        case .connection, .timedOut: true
        default: false
        }
    }
}

extension ClientError: CustomStringConvertible {
    public var description: String { message }
}

extension ClientError {
    /// A broker's refusal: its own words if it sent some, else ours; `subject` says what was refused.
    public init(_ code: ErrorCode, _ subject: String, _ brokerMessage: String? = nil) {
        let words = brokerMessage.flatMap { $0.isEmpty ? nil : $0 } ?? code.clientMessage
        self.init(.broker(code), subject.isEmpty ? words : "\(subject): \(words)")
    }

    static func cancelled(_ what: String) -> ClientError { ClientError(.cancelled, "\(what) was cancelled") }

    static var clientClosed: ClientError { ClientError(.closed, "the client has been closed") }
}
