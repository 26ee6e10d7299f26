// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

extension TransactionMetadata {
    /// The record of `__transaction_state` that says this.
    ///
    /// - Parameter transactionVersion: the finalized `transaction.version`; 0 knows no tagged fields.
    func record(
        transactionalID: String, transactionVersion: Int16
    ) throws(WireError) -> CoordinatorRecord {
        let version: Int16 = transactionVersion >= 1 ? 1 : 0
        let value = TransactionLogValue {
            $0.producerID = producerID
            $0.producerEpoch = producerEpoch
            $0.transactionTimeoutMs = timeoutMs
            $0.transactionStatus = state.rawValue
            $0.transactionPartitions = state == .empty ? nil : partitionsByTopic
            $0.transactionLastUpdateTimestampMs = lastUpdateTimestamp
            $0.transactionStartTimestampMs = startTimestamp
            if version >= 1 {
                $0.previousProducerID = previousProducerID
                $0.nextProducerID = nextProducerID
                $0.nextProducerEpoch = nextProducerEpoch
                $0.clientTransactionVersion = clientTransactionVersion
            }
        }
        return try CoordinatorRecord(Self.key(transactionalID), value, version: version)
    }

    /// The record that removes a transactional id.
    static func tombstone(transactionalID: String) throws(WireError) -> CoordinatorRecord {
        try CoordinatorRecord(key(transactionalID), nil, version: 0)
    }

    /// Nil for a status that Kafka doesn't know.
    init?(_ value: TransactionLogValue) {
        guard let state = TransactionState(rawValue: value.transactionStatus) else { return nil }
        var partitions: Set<TopicPartition> = []
        for topic in value.transactionPartitions ?? [] where state != .empty {
            for partition in topic.partitionIDs {
                partitions.insert(TopicPartition(topic: topic.topic, partition: partition))
            }
        }
        self.init(
            producerID: value.producerID, previousProducerID: value.previousProducerID,
            nextProducerID: value.nextProducerID, producerEpoch: value.producerEpoch,
            nextProducerEpoch: value.nextProducerEpoch, timeoutMs: value.transactionTimeoutMs, state: state,
            partitions: partitions, startTimestamp: value.transactionStartTimestampMs,
            lastUpdateTimestamp: value.transactionLastUpdateTimestampMs,
            clientTransactionVersion: value.clientTransactionVersion)
    }

    private static func key(_ transactionalID: String) -> TransactionLogKey {
        TransactionLogKey { $0.transactionalID = transactionalID }
    }

    private var partitionsByTopic: [TransactionLogValue.PartitionsSchema] {
        Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }.map { topic, partitions in
            .init {
                $0.topic = topic
                $0.partitionIDs = partitions.map(\.partition).sorted()
            }
        }
    }
}

/// What a record of `__transaction_state` says.
enum TransactionLogEntry: Sendable, Equatable {
    case state(transactionalID: String, TransactionMetadata)
    case removed(transactionalID: String)
    /// A type of key or a status that this version doesn't know, perhaps left by a newer one.
    case unknown(String)

    init(_ record: CoordinatorRecord) throws(WireError) {
        var keyBytes = record.key
        guard let type: Int16 = keyBytes.readInteger() else { throw .truncated }
        guard type == TransactionLogKey.recordType else {
            self = .unknown("key of type \(type)")
            return
        }
        let id = try TransactionLogKey.decode(keyBytes, version: 0).transactionalID
        guard var valueBytes = record.value else {
            self = .removed(transactionalID: id)
            return
        }
        guard let version: Int16 = valueBytes.readInteger() else { throw .truncated }
        let value = try TransactionLogValue.decode(valueBytes, version: version)
        guard let metadata = TransactionMetadata(value) else {
            self = .unknown("status \(value.transactionStatus) of \(id)")
            return
        }
        self = .state(transactionalID: id, metadata)
    }
}
