// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Makes the offsets of a group part of a transaction, that is their partition of `__consumer_offsets` (KIP-98).
///
/// WRITE on the transactional id, READ on the group.
struct AddOffsetsToTxnHandler: AsyncRequestHandler {
    typealias Request = AddOffsetsToTxnRequest

    let coordinator: TransactionCoordinator

    func handle(_ request: AddOffsetsToTxnRequest, _ context: RequestContext) async -> AddOffsetsToTxnResponse {
        guard context.authorize(.write, .transactionalID, request.transactionalID) else {
            return AddOffsetsToTxnResponse { $0.errorCode = .transactionalIDAuthorizationFailed }
        }
        guard context.authorize(.read, .group, request.groupID) else {
            return AddOffsetsToTxnResponse { $0.errorCode = .groupAuthorizationFailed }
        }
        var error = await add(request)
        // PRODUCER_FENCED came with version 2 (KIP-588).
        if context.apiVersion < 2, error == .producerFenced { error = .invalidProducerEpoch }
        return AddOffsetsToTxnResponse { $0.errorCode = error }
    }

    private func add(_ request: AddOffsetsToTxnRequest) async -> ErrorCode {
        do throws(CoordinatorLogError) {
            let partition = try await coordinator.offsetsPartition(of: request.groupID)
            let producer = ProducerIdentity(id: request.producerID, epoch: request.producerEpoch)
            return await coordinator.addPartitions(
                [partition], to: request.transactionalID, by: producer, clientVersion: 0)
        } catch {
            return error.clientCode
        }
    }
}
