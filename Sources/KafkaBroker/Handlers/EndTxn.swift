// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Commits or aborts a transaction (KIP-98).
///
/// Since version 5 each transaction has its own epoch; the answer names the next one (KIP-890).
///
/// WRITE on the transactional id.
struct EndTxnHandler: AsyncRequestHandler {
    typealias Request = EndTxnRequest

    let coordinator: TransactionCoordinator

    func handle(_ request: EndTxnRequest, _ context: RequestContext) async -> EndTxnResponse {
        guard context.authorize(.write, .transactionalID, request.transactionalID) else {
            return EndTxnResponse { $0.errorCode = .transactionalIDAuthorizationFailed }
        }
        var answer = await coordinator.endTransaction(
            request.transactionalID, commit: request.committed,
            by: ProducerIdentity(id: request.producerID, epoch: request.producerEpoch),
            clientVersion: context.apiVersion >= 5 ? 2 : 0)
        // PRODUCER_FENCED came with version 2 (KIP-588).
        if context.apiVersion < 2, answer.error == .producerFenced { answer.error = .invalidProducerEpoch }
        return EndTxnResponse {
            $0.errorCode = answer.error
            $0.producerID = answer.producer.id
            $0.producerEpoch = answer.producer.epoch
        }
    }
}
