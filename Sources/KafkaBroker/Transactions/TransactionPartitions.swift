// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// The partitions of this broker, as far as transactions touch them. All calls return without suspending.
protocol TransactionPartitions: Sendable {
    func contains(_ partition: TopicPartition) -> Bool

    func name(ofTopic id: KafkaUUID) -> String?

    /// Nil for a partition that doesn't exist.
    func leaderEpoch(of partition: TopicPartition) -> Int32?

    /// Whether the log has records of an open transaction of this very epoch, so that it belongs to it for sure.
    func hasOngoingTransaction(of producer: ProducerIdentity, in partition: TopicPartition) -> Bool

    /// Begins a verification, to be ended by an append that brings the guard; nil where the log asks for none.
    func startVerification(
        of producer: ProducerIdentity, sequence: Int32, in partition: TopicPartition, now: Int64
    ) -> VerificationGuard?

    /// Ends the producer's transaction in a partition, and wakes the fetches that wait for that.
    ///
    /// - Returns: false for a partition that doesn't exist.
    func append(
        _ marker: EndTransactionMarker, of producer: ProducerIdentity, to partition: TopicPartition, now: Int64
    ) throws(LogError) -> Bool
}

extension PartitionRegistry: TransactionPartitions {
    func contains(_ partition: TopicPartition) -> Bool { self.partition(partition) != nil }

    func name(ofTopic id: KafkaUUID) -> String? { topic(id)?.name }

    func leaderEpoch(of partition: TopicPartition) -> Int32? { self.partition(partition)?.leaderEpoch }

    func hasOngoingTransaction(of producer: ProducerIdentity, in partition: TopicPartition) -> Bool {
        self.partition(partition)?.log.hasOngoingTransaction(producerID: producer.id, epoch: producer.epoch) ?? false
    }

    func startVerification(
        of producer: ProducerIdentity, sequence: Int32, in partition: TopicPartition, now: Int64
    ) -> VerificationGuard? {
        self.partition(partition)?.log.startVerification(
            producerID: producer.id, sequence: sequence, epoch: producer.epoch, now: now)
    }

    func append(
        _ marker: EndTransactionMarker, of producer: ProducerIdentity, to partition: TopicPartition, now: Int64
    ) throws(LogError) -> Bool {
        guard let target = self.partition(partition) else {
            // It isn't gone: its transaction waits for the marker.
            if unopened.contains(partition) {
                throw LogError(.kafkaStorageError, "\(partition) could not be opened so far")
            }
            return false
        }
        let batch = marker.batch(timestamp: now, producerID: producer.id, producerEpoch: producer.epoch)
        _ = try target.append(batch, origin: .coordinator, now: now)
        return true
    }

    private func partition(_ partition: TopicPartition) -> Partition? {
        self.partition(partition.topic, partition.partition)
    }
}
