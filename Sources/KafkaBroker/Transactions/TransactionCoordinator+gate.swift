// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import NIOCore

extension TransactionCoordinator: TransactionGate {
    nonisolated func admit(
        _ request: ProduceRequest, _ transactionalID: String, version: Int16, on eventLoop: any EventLoop,
        where mayWrite: (_ topic: String) -> Bool, _ proceed: @escaping @Sendable (TransactionAdmission) -> Void
    ) {
        let batches = transactionalBatches(of: request, version: version, where: mayWrite)
        guard let producer = batches.values.first?.producer else { return proceed(TransactionAdmission()) }
        guard batches.values.allSatisfy({ $0.producer == producer }) else {
            // One transactional id has one producer.
            return proceed(TransactionAdmission(refusals: batches.mapValues { _ in .invalidProducerIDMapping }))
        }
        // Records of a later request are on their way to a partition that the transaction has begun in.
        let unknown = batches.filter { !partitions.hasOngoingTransaction(of: producer, in: $0.key) }
        guard !unknown.isEmpty else { return proceed(TransactionAdmission()) }
        let operation = TransactionalOperation(produceVersion: version)
        var admission = TransactionAdmission()
        for (partition, batch) in unknown {
            // Before the coordinator is asked: from here on an end of the transaction makes the guard worthless.
            admission.guards[partition] = partitions.startVerification(
                of: producer, sequence: batch.sequence, in: partition, now: clock.now())
        }
        Task { [admission] in
            var admission = admission
            admission.refusals = await admitPartitions(
                Set(unknown.keys), to: transactionalID, by: producer, operation
            ).mapValues(operation.produceError)
            eventLoop.execute { [admission] in proceed(admission) }
        }
    }

    /// What the coordinator says of partitions that records of a transaction are about to be written to.
    func admitPartitions(
        _ asked: Set<TopicPartition>, to transactionalID: String, by producer: ProducerIdentity,
        _ operation: TransactionalOperation
    ) async -> [TopicPartition: ErrorCode] {
        guard operation == .add else {
            return configuration.verifiesPartitions
                ? verifyPartitions(asked, in: transactionalID, by: producer) : [:]
        }
        let error = await addPartitions(asked, to: transactionalID, by: producer, clientVersion: 2)
        return error == .none ? [:] : Dictionary(asked.map { ($0, error) }) { first, _ in first }
    }

    private struct TransactionalBatch {
        var producer: ProducerIdentity
        var sequence: Int32
    }

    /// The transactional batch for each existing partition; the log says what else may be wrong with a batch.
    private nonisolated func transactionalBatches(
        of request: ProduceRequest, version: Int16, where mayWrite: (_ topic: String) -> Bool
    ) -> [TopicPartition: TransactionalBatch] {
        var batches: [TopicPartition: TransactionalBatch] = [:]
        for topic in request.topicData {
            let name = version >= 13 ? partitions.name(ofTopic: topic.topicID) : topic.name
            guard let name, mayWrite(name) else { continue }
            for data in topic.partitionData {
                guard case .bytes(let bytes) = data.records, bytes.readableBytes >= RecordBatchHeader.byteCount else {
                    continue
                }
                let header = RecordBatchHeader(bytes, at: bytes.readerIndex)
                let partition = TopicPartition(name, data.index)
                guard header.isTransactional, header.producerID >= 0, partitions.contains(partition) else { continue }
                batches[partition] = TransactionalBatch(
                    producer: ProducerIdentity(id: header.producerID, epoch: header.producerEpoch),
                    sequence: header.baseSequence)
            }
        }
        return batches
    }
}
