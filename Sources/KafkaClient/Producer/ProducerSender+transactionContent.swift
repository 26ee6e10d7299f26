// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a transaction is made of: partitions, and offsets of a group.
extension ProducerSender {
    /// Whether a partition may be written to; if it must be added to the transaction first, a new round follows.
    func isInTransaction(_ partition: SenderPartition) -> Bool {
        guard configuration.transactionalID != nil else { return true }
        switch transaction.phase {
        case .open, .ending: break
        default: return false
        }
        if transaction.addsImplicitly || transaction.added.contains(partition.name) { return true }
        addPartitions()
        return false
    }

    private func addPartitions() {
        guard transaction.adding == nil, let id = configuration.transactionalID else { return }
        transaction.adding = Task {
            let names = active.map(\.name).filter { !transaction.added.contains($0) }
            let identity = identity
            do throws(ClientError) {
                let _: AddPartitionsToTxnResponse = try await coordinate(versions: 0...3) { (_) throws(ClientError) in
                    AddPartitionsToTxnRequest {
                        $0.v3AndBelowTransactionalID = id
                        $0.v3AndBelowProducerID = identity.id
                        $0.v3AndBelowProducerEpoch = identity.epoch
                        $0.v3AndBelowTopics = names.byTopic.map { topic, indexes in
                            AddPartitionsToTxnRequest.Topic {
                                $0.name = topic
                                $0.partitions = indexes
                            }
                        }
                    }
                } code: { response in
                    let codes = response.resultsByTopicV3AndBelow.flatMap { topic in
                        topic.resultsByPartition.map(\.partitionErrorCode)
                    }
                    // Those that the coordinator did not try say nothing.
                    return codes.first { $0 != .none && $0 != .operationNotAttempted } ?? response.errorCode
                }
                transaction.added.formUnion(names)
                transaction.hasBegun = true
            } catch {
                failTransaction(error)
            }
            transaction.adding = nil
            run()
        }
    }

    func sendOffsets(
        _ offsets: [TopicPartition: CommittedOffset], _ group: ConsumerGroupMetadata
    ) async throws(ClientError) {
        let id = try transactionalID()
        switch transaction.phase {
        case .open: break
        case .failed(let error): throw error
        default: throw ClientError(.invalidArgument, "no transaction is open: call beginTransaction before sendOffsets")
        }
        guard !offsets.isEmpty else { return }
        do throws(ClientError) {
            if !transaction.addsImplicitly { try await addGroup(group.groupID, id) }
            transaction.hasBegun = true
            try await commit(offsets, group, id)
        } catch {
            // What became of them is not known: the transaction must not be committed without them.
            throw failTransaction(error)
        }
    }

    private func addGroup(_ group: String, _ id: String) async throws(ClientError) {
        let identity = identity
        let _: AddOffsetsToTxnResponse = try await coordinate { (_) throws(ClientError) in
            AddOffsetsToTxnRequest {
                $0.transactionalID = id
                $0.producerID = identity.id
                $0.producerEpoch = identity.epoch
                $0.groupID = group
            }
        } code: {
            $0.errorCode
        }
    }

    private func commit(
        _ offsets: [TopicPartition: CommittedOffset], _ group: ConsumerGroupMetadata, _ id: String
    ) async throws(ClientError) {
        let identity = identity
        let versions: ClosedRange<Int16> = transaction.addsImplicitly ? 5...5 : 0...4
        let deadline = ContinuousClock.now + configuration.maxBlock
        try await retrying(
            until: deadline, transactionBackoff, "offsets of group \(group.groupID) in a transaction",
            troubles: cluster.troubles
        ) { () throws(ClientError) in
            let response: TxnOffsetCommitResponse = try await Admin(cluster).send(
                to: .group(group.groupID), versions: versions
            ) { (version) throws(ClientError) in
                TxnOffsetCommitRequest(id, identity, offsets, group, version)
            }
            for topic in response.topics {
                for partition in topic.partitions where partition.errorCode != .none {
                    let error = ClientError(
                        partition.errorCode, "committing the offset of \(topic.name)-\(partition.partitionIndex)")
                    noteTransactionError(partition.errorCode, error)
                    throw error
                }
            }
        }
    }
}

extension TxnOffsetCommitRequest {
    init(
        _ id: String, _ identity: ProducerIdentity, _ offsets: [TopicPartition: CommittedOffset],
        _ group: ConsumerGroupMetadata, _ version: Int16
    ) {
        self.init {
            $0.transactionalID = id
            $0.groupID = group.groupID
            $0.producerID = identity.id
            $0.producerEpoch = identity.epoch
            if version >= 3 {
                $0.generationIDOrMemberEpoch = group.generationID
                $0.memberID = group.generationID < 0 ? "" : group.memberID
                $0.groupInstanceID = group.generationID < 0 ? nil : group.groupInstanceID
            }
            $0.topics = offsets.keys.byTopic.map { topic, indexes in
                TxnOffsetCommitRequest.Topic {
                    $0.name = topic
                    $0.partitions = indexes.map { index in
                        let offset = offsets[TopicPartition(topic, index)]
                        return TxnOffsetCommitRequest.Partition {
                            $0.partitionIndex = index
                            $0.committedOffset = offset?.offset ?? -1
                            if version >= 2 { $0.committedLeaderEpoch = offset?.leaderEpoch ?? -1 }
                            $0.committedMetadata = offset?.metadata ?? ""
                        }
                    }
                }
            }
        }
    }
}
