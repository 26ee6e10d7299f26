// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Lets offsets into a transaction only if their partition of `__consumer_offsets` belongs to it; adds it where the
/// request's version says so (KIP-890). The rest of the way is the group coordinator's. Offsets of partitions that don't
/// exist are refused before, whatever the transaction is like.
///
/// WRITE on the transactional id, READ on the group and on the topics; an id that nobody has is unknown.
struct GatedTxnOffsetCommitHandler<Next: AsyncRequestHandler>: AsyncRequestHandler
where Next.Request == TxnOffsetCommitRequest {
    typealias Request = TxnOffsetCommitRequest

    static var versions: ClosedRange<Int16> { Next.versions }

    let coordinator: TransactionCoordinator
    let topics: any TopicLookup
    let next: Next

    func handle(_ request: TxnOffsetCommitRequest, _ context: RequestContext) async -> TxnOffsetCommitResponse {
        guard context.authorize(.write, .transactionalID, request.transactionalID) else {
            return TxnOffsetCommitResponse(request, failing: .transactionalIDAuthorizationFailed)
        }
        guard context.authorize(.read, .group, request.groupID) else {
            return TxnOffsetCommitResponse(request, failing: .groupAuthorizationFailed)
        }
        return await context.commit(request, namesTopicsByID: context.apiVersion >= 6, topics) {
            await commit($0, context)
        }
    }

    private func commit(_ request: TxnOffsetCommitRequest, _ context: RequestContext) async -> TxnOffsetCommitResponse {
        let version = context.apiVersion
        let unknown = refused(request, version, .none)
        guard unknown.topics.contains(where: { $0.partitions.contains { $0.errorCode == .none } }) else {
            return unknown
        }
        let error = await refusal(of: request, version: version)
        return error == .none ? await next.handle(request, context) : refused(request, version, error)
    }

    private func refusal(of request: TxnOffsetCommitRequest, version: Int16) async -> ErrorCode {
        let producer = ProducerIdentity(id: request.producerID, epoch: request.producerEpoch)
        let operation = TransactionalOperation(offsetCommitVersion: version)
        do throws(CoordinatorLogError) {
            let partition = try await coordinator.offsetsPartition(of: request.groupID)
            if coordinator.partitions.hasOngoingTransaction(of: producer, in: partition) { return .none }
            let refusals = await coordinator.admitPartitions(
                [partition], to: request.transactionalID, by: producer, operation)
            return refusals[partition].map(operation.offsetCommitError) ?? .none
        } catch {
            return error.clientCode
        }
    }

    /// The error for the partitions that exist, and what is wrong with the others.
    private func refused(
        _ request: TxnOffsetCommitRequest, _ version: Int16, _ error: ErrorCode
    ) -> TxnOffsetCommitResponse {
        TxnOffsetCommitResponse { response in
            response.topics = request.topics.map { topic in
                let facts = version >= 6 ? topics.topic(id: topic.topicID) : topics.topic(named: topic.name)
                let partitions = 0..<(facts?.partitionCount ?? 0)
                let unknown: ErrorCode = facts == nil && version >= 6 ? .unknownTopicID : .unknownTopicOrPartition
                return .init {
                    $0.name = topic.name
                    $0.topicID = topic.topicID
                    $0.partitions = topic.partitions.map { partition in
                        .init {
                            $0.partitionIndex = partition.partitionIndex
                            $0.errorCode = partitions.contains(partition.partitionIndex) ? error : unknown
                        }
                    }
                }
            }
        }
    }
}
