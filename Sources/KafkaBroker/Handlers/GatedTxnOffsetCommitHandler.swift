// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Lets offsets into a transaction only if their partition of `__consumer_offsets` belongs to it; adds it where the
/// request's version says so (KIP-890). The rest of the way is the group coordinator's. Offsets of partitions that don't
/// exist are refused before, whatever the transaction is like.
struct GatedTxnOffsetCommitHandler<Next: RequestHandler>: RequestHandler where Next.Request == TxnOffsetCommitRequest {
    typealias Request = TxnOffsetCommitRequest

    static var versions: ClosedRange<Int16> { Next.versions }

    let coordinator: TransactionCoordinator
    let topics: any TopicLookup
    let next: Next

    func handle(
        _ request: TxnOffsetCommitRequest, _ context: RequestContext, _ reply: Reply<TxnOffsetCommitResponse>
    ) {
        let version = context.apiVersion
        let unknown = refused(request, version, .none)
        guard unknown.topics.contains(where: { $0.partitions.contains { $0.errorCode == .none } }) else {
            return reply(unknown)
        }
        Task {
            let error = await refusal(of: request, version: version)
            guard error != .none else { return next.handle(request, context, reply) }
            reply(refused(request, version, error))
        }
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
