// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Makes partitions part of a transaction (KIP-98), or tells whether they are (KIP-890).
///
/// Version 4 came for brokers, with many transactions in one request; producers keep to version 3.
///
/// WRITE on the transactional id and the topics, none of which is added if one is refused; CLUSTER_ACTION from version 4
/// on.
struct AddPartitionsToTxnHandler: AsyncRequestHandler {
    typealias Request = AddPartitionsToTxnRequest

    let coordinator: TransactionCoordinator

    func handle(
        _ request: AddPartitionsToTxnRequest, _ context: RequestContext
    ) async -> AddPartitionsToTxnResponse {
        var response = AddPartitionsToTxnResponse()
        guard context.apiVersion >= 4 else {
            let transaction = AddPartitionsToTxnRequest.Transaction {
                $0.transactionalID = request.v3AndBelowTransactionalID
                $0.producerID = request.v3AndBelowProducerID
                $0.producerEpoch = request.v3AndBelowProducerEpoch
                $0.topics = request.v3AndBelowTopics
            }
            response.resultsByTopicV3AndBelow = await add(transaction, context)
            return response
        }
        guard context.authorizeCluster(.clusterAction) else {
            return AddPartitionsToTxnResponse { $0.errorCode = .clusterAuthorizationFailed }
        }
        for transaction in request.transactions {
            let results = await add(transaction, context)
            response.resultsByTransaction.append(
                .init {
                    $0.transactionalID = transaction.transactionalID
                    $0.topicResults = results
                })
        }
        return response
    }

    private func add(
        _ transaction: AddPartitionsToTxnRequest.Transaction, _ context: RequestContext
    ) async -> [AddPartitionsToTxnResponse.TopicResult] {
        let isClient = context.apiVersion < 4
        guard !isClient || context.authorize(.write, .transactionalID, transaction.transactionalID) else {
            return results(transaction) { _ in .transactionalIDAuthorizationFailed }
        }
        let refused = isClient ? refused(transaction, context) : []
        let asked = Set(
            transaction.topics.flatMap { topic in
                topic.partitions.map { TopicPartition(topic.name, $0) }
            })
        let missing = asked.filter { refused.contains($0.topic) || !coordinator.partitions.contains($0) }
        guard missing.isEmpty else {
            // All or none.
            return results(transaction) {
                if refused.contains($0.topic) { return .topicAuthorizationFailed }
                return missing.contains($0) ? .unknownTopicOrPartition : .operationNotAttempted
            }
        }
        let producer = ProducerIdentity(id: transaction.producerID, epoch: transaction.producerEpoch)
        if transaction.verifyOnly {
            let refusals = await coordinator.verifyPartitions(
                asked, in: transaction.transactionalID, by: producer)
            return results(transaction) { refusals[$0] ?? .none }
        }
        var error = await coordinator.addPartitions(
            asked, to: transaction.transactionalID, by: producer, clientVersion: isClient ? 0 : 2)
        // PRODUCER_FENCED came with version 2 (KIP-588).
        if context.apiVersion < 2, error == .producerFenced { error = .invalidProducerEpoch }
        return results(transaction) { _ in error }
    }

    /// The topics that the client may not write to; the broker's own are nobody's.
    private func refused(
        _ transaction: AddPartitionsToTxnRequest.Transaction, _ context: RequestContext
    ) -> Set<String> {
        let names = transaction.topics.flatMap { topic in topic.partitions.map { _ in topic.name } }
        return context.refused(.write, .topic, names.filter { !TopicName.isInternal($0) })
            .union(names.filter(TopicName.isInternal))
    }

    private func results(
        _ transaction: AddPartitionsToTxnRequest.Transaction, _ error: (TopicPartition) -> ErrorCode
    ) -> [AddPartitionsToTxnResponse.TopicResult] {
        transaction.topics.map { topic in
            .init {
                $0.name = topic.name
                $0.resultsByPartition = topic.partitions.map { partition in
                    .init {
                        $0.partitionIndex = partition
                        $0.partitionErrorCode = error(TopicPartition(topic.name, partition))
                    }
                }
            }
        }
    }
}
