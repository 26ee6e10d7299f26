// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// A record of a coordinator's topic: the key begins with its type, the value with its version, 16 bits each.
struct CoordinatorRecord: Sendable, Equatable {
    var key: ByteBuffer
    /// Nil is a tombstone.
    var value: ByteBuffer?

    init(key: ByteBuffer, value: ByteBuffer?) {
        self.key = key
        self.value = value
    }

    /// - Parameter version: of the value; keys have version 0 only.
    init<Key: CoordinatorKey>(_ key: Key, _ value: Key.Value?, version: Int16) throws(WireError) {
        var keyBytes = ByteBuffer(integer: Key.recordType)
        try key.encode(into: &keyBytes, version: 0)
        self.key = keyBytes
        guard let value else { return }
        var valueBytes = ByteBuffer(integer: version)
        try value.encode(into: &valueBytes, version: version)
        self.value = valueBytes
    }

    /// Bytes of key and value.
    var byteCount: Int { key.readableBytes + (value?.readableBytes ?? 0) }
}

/// The producer in whose transaction records are written.
struct CoordinatorTransaction: Sendable, Equatable {
    var producerID: Int64
    var producerEpoch: Int16
}

/// What a coordinator reads back from its topic.
struct ReplayedRecord: Sendable {
    enum Content: Sendable {
        case data(CoordinatorRecord)
        case endOfTransaction(commit: Bool)
    }

    var offset: Int64
    /// The producer of the batch if it is transactional, else -1.
    var producerID: Int64
    var content: Content
}

/// The internal topic that a coordinator keeps its state in.
protocol CoordinatorLog: Sendable {
    /// Partitions of the topic; nil while it does not exist.
    var partitionCount: Int32? { get }

    /// Creates the topic unless it exists; returns its partition count when it can be written.
    func create() async throws(CoordinatorLogError) -> Int32

    /// Appends the records as one batch and returns the offset of the first.
    ///
    /// It doesn't suspend, so that nothing comes between a coordinator's decision and its record.
    @discardableResult
    func append(
        _ records: [CoordinatorRecord], to partition: Int32, transaction: CoordinatorTransaction?
    ) throws(CoordinatorLogError) -> Int64

    /// Calls `body` with each record of the partition in order, data and control markers.
    func replay(_ partition: Int32, _ body: (ReplayedRecord) throws -> Void) async throws
}

/// Why a coordinator's topic could not be created or written.
struct CoordinatorLogError: Error, CustomStringConvertible {
    var code: ErrorCode
    var message: String

    var description: String { "\(code): \(message)" }

    /// What a client of the coordinator is told: it should look for its coordinator again, or can't help it.
    var clientCode: ErrorCode {
        switch code {
        case .unknownTopicOrPartition, .notEnoughReplicas, .requestTimedOut: .coordinatorNotAvailable
        case .notLeaderOrFollower, .kafkaStorageError: .notCoordinator
        case .messageTooLarge, .recordListTooLarge, .invalidFetchSize: .unknownServerError
        default: code
        }
    }
}
