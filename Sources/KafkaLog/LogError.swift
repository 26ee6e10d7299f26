// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// Why the log refused or failed: Kafka's code for the client, and a message that names file and position.
public struct LogError: Error, Sendable, CustomStringConvertible {
    /// Kafka's code; `.kafkaStorageError` for every failure of the file system.
    public var code: ErrorCode
    /// What was wrong, where.
    public var message: String
    /// The records at fault, for ProduceResponse; empty when the batch as a whole is refused.
    public var recordErrors: [RecordIssue]
    /// The operating system's error number, if one was the cause.
    public var systemError: Int32?
    /// Nothing is appended to the log from now on, until it is opened anew.
    public internal(set) var endsAppends = false

    /// A failure; it does not end appends.
    public init(_ code: ErrorCode, _ message: String, recordErrors: [RecordIssue] = [], systemError: Int32? = nil) {
        self.code = code
        self.message = message
        self.recordErrors = recordErrors
        self.systemError = systemError
    }

    public var description: String { "\(code): \(message)" }
}

/// One refused record of a batch (KIP-467).
public struct RecordIssue: Sendable, Equatable {
    /// The record's place in its batch, from 0.
    public var index: Int
    /// What is wrong with it, in Kafka's words.
    public var message: String

    /// A record at fault.
    public init(index: Int, message: String) {
        self.index = index
        self.message = message
    }
}
