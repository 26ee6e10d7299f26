// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

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
                $0.lastProducerEpoch = lastProducerEpoch
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
                partitions.insert(TopicPartition(topic.topic, partition))
            }
        }
        self.init(
            producerID: value.producerID, previousProducerID: value.previousProducerID,
            nextProducerID: value.nextProducerID, producerEpoch: value.producerEpoch,
            lastProducerEpoch: value.lastProducerEpoch, nextProducerEpoch: value.nextProducerEpoch,
            timeoutMs: value.transactionTimeoutMs, state: state,
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
