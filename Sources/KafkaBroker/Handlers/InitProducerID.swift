// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Gives a producer its id, and one with a transactional id its epoch, which fences earlier ones (KIP-98, KIP-360).
///
/// Version 6 belongs to two-phase commit (KIP-939) and isn't served.
///
/// WRITE on the transactional id; without one IDEMPOTENT_WRITE on the cluster, or WRITE on any topic.
struct InitProducerIDHandler: AsyncRequestHandler {
    typealias Request = InitProducerIdRequest

    static var versions: ClosedRange<Int16> { 0...5 }

    let coordinator: TransactionCoordinator
    let producerIDs: any ProducerIDSource

    func handle(_ request: InitProducerIdRequest, _ context: RequestContext) async -> InitProducerIdResponse {
        let refusal: ErrorCode? =
            if let transactionalID = request.transactionalID {
                context.authorize(.write, .transactionalID, transactionalID) ? nil : .transactionalIDAuthorizationFailed
            } else {
                context.mayWriteSomewhere ? nil : .clusterAuthorizationFailed
            }
        if let refusal {
            return InitProducerIdResponse { ($0.errorCode, $0.producerID, $0.producerEpoch) = (refusal, -1, -1) }
        }
        var answer = await initialize(request)
        // PRODUCER_FENCED came with version 4 (KIP-588).
        if context.apiVersion < 4, answer.error == .producerFenced { answer.error = .invalidProducerEpoch }
        return InitProducerIdResponse {
            $0.errorCode = answer.error
            $0.producerID = answer.producer.id
            $0.producerEpoch = answer.producer.epoch
        }
    }

    private func initialize(_ request: InitProducerIdRequest) async -> ProducerAnswer {
        guard (request.producerID == -1) == (request.producerEpoch == -1) else { return .refused(.invalidRequest) }
        guard let transactionalID = request.transactionalID else {
            do {
                return .granted(ProducerIdentity(id: try await producerIDs.next(), epoch: 0))
            } catch {
                return .refused(.coordinatorLoadInProgress)
            }
        }
        let expected =
            request.producerID == -1
            ? nil : ProducerIdentity(id: request.producerID, epoch: request.producerEpoch)
        return await coordinator.initProducerID(
            transactionalID, timeoutMs: request.transactionTimeoutMs, expected: expected)
    }
}
