// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Tells state, producer and partitions of transactional ids (KIP-664).
struct DescribeTransactionsHandler: AsyncRequestHandler {
    typealias Request = DescribeTransactionsRequest

    let coordinator: TransactionCoordinator

    func handle(
        _ request: DescribeTransactionsRequest, _ context: RequestContext
    ) async -> DescribeTransactionsResponse {
        var response = DescribeTransactionsResponse()
        for transactionalID in request.transactionalIDs.distinct() {
            let (error, metadata) = await coordinator.describe(transactionalID)
            response.transactionStates.append(
                .init {
                    $0.errorCode = error
                    $0.transactionalID = transactionalID
                    if let metadata { describe(metadata, in: &$0) }
                })
        }
        return response
    }

    private func describe(
        _ metadata: TransactionMetadata, in answer: inout DescribeTransactionsResponse.TransactionState
    ) {
        answer.transactionState = metadata.state.name
        answer.transactionTimeoutMs = metadata.timeoutMs
        answer.transactionStartTimeMs = metadata.startTimestamp
        answer.producerID = metadata.producerID
        answer.producerEpoch = metadata.producerEpoch
        answer.topics = Dictionary(grouping: metadata.partitions, by: \.topic).sorted { $0.key < $1.key }
            .map { topic, partitions in
                .init {
                    $0.topic = topic
                    $0.partitions = partitions.map(\.partition).sorted()
                }
            }
    }
}
