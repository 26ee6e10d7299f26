// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Tells state, producer and partitions of transactional ids (KIP-664).
///
/// DESCRIBE on the transactional id; topics that the client may not describe are left out.
struct DescribeTransactionsHandler: AsyncRequestHandler {
    typealias Request = DescribeTransactionsRequest

    let coordinator: TransactionCoordinator

    func handle(
        _ request: DescribeTransactionsRequest, _ context: RequestContext
    ) async -> DescribeTransactionsResponse {
        var response = DescribeTransactionsResponse()
        for transactionalID in request.transactionalIDs.distinct() {
            guard context.authorize(.describe, .transactionalID, transactionalID) else {
                response.transactionStates.append(
                    .init {
                        $0.transactionalID = transactionalID
                        $0.errorCode = .transactionalIDAuthorizationFailed
                    })
                continue
            }
            let (error, metadata) = await coordinator.describe(transactionalID)
            response.transactionStates.append(
                .init {
                    $0.errorCode = error
                    $0.transactionalID = transactionalID
                    if let metadata { describe(metadata, in: &$0) }
                    let hidden = context.refused(.describe, .topic, $0.topics.map(\.topic))
                    $0.topics.removeAll { hidden.contains($0.topic) }
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
