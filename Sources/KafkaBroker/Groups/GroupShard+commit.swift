// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Offsets that a request wants to commit, whichever request it is.
private struct RequestedOffset {
    var topic: String
    var partition: Int32
    var offset: Int64
    var leaderEpoch: Int32
    var metadata: String?
}

extension GroupShard {
    mutating func commit(
        _ request: OffsetCommitRequest, _ client: GroupClient, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) -> OffsetCommitResponse {
        let error = checkCommit(request, client)
        if error == .none, let group = classicGroups[request.groupID],
            group.state == .stable || group.state == .preparingRebalance
        {
            group.restartSession(request.memberID, &effects)
        }
        let expireTimestamp = request.retentionTimeMs == -1 ? -1 : context.now.addingSaturating(request.retentionTimeMs)
        let response = OffsetCommitResponse {
            $0.topics = request.topics.map { topic in
                let facts = client.apiVersion >= 10 ? context.topics.topic(id: topic.topicID) : nil
                let name = client.apiVersion >= 10 ? facts?.name : topic.name
                return OffsetCommitResponse.Topic {
                    $0.name = name ?? ""
                    $0.topicID = topic.topicID
                    $0.partitions = topic.partitions.map { partition in
                        OffsetCommitResponse.Partition {
                            $0.partitionIndex = partition.partitionIndex
                            guard let name else { return $0.errorCode = .unknownTopicID }
                            $0.errorCode = commit(
                                RequestedOffset(
                                    topic: name, partition: partition.partitionIndex,
                                    offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                                    metadata: partition.committedMetadata),
                                of: request.groupID, error, expireTimestamp: expireTimestamp, context, &effects)
                        }
                    }
                }
            }
        }
        effects.appliesRecords = true
        return response
    }

    /// Offsets that count once their transaction is committed.
    mutating func commit(
        _ request: TxnOffsetCommitRequest, _ client: GroupClient, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) -> TxnOffsetCommitResponse {
        let error = checkCommit(request)
        let response = TxnOffsetCommitResponse {
            $0.topics = request.topics.map { topic in
                let facts = client.apiVersion >= 6 ? context.topics.topic(id: topic.topicID) : nil
                let name = client.apiVersion >= 6 ? facts?.name : topic.name
                return TxnOffsetCommitResponse.Topic {
                    $0.name = name ?? ""
                    $0.topicID = topic.topicID
                    $0.partitions = topic.partitions.map { partition in
                        TxnOffsetCommitResponse.Partition {
                            $0.partitionIndex = partition.partitionIndex
                            guard let name else { return $0.errorCode = .unknownTopicID }
                            $0.errorCode = commit(
                                RequestedOffset(
                                    topic: name, partition: partition.partitionIndex,
                                    offset: partition.committedOffset, leaderEpoch: partition.committedLeaderEpoch,
                                    metadata: partition.committedMetadata),
                                of: request.groupID, error, expireTimestamp: -1, context, &effects)
                        }
                    }
                }
            }
        }
        effects.appliesRecords = true
        return response
    }

    private func commit(
        _ requested: RequestedOffset, of groupID: String, _ groupError: ErrorCode, expireTimestamp: Int64,
        _ context: GroupContext, _ effects: inout GroupEffects
    ) -> ErrorCode {
        guard context.topics.hasPartition(requested.partition, of: requested.topic) else {
            return .unknownTopicOrPartition
        }
        guard groupError == .none else { return groupError }
        let metadata = requested.metadata ?? ""
        guard metadata.utf16.count <= Int(context.configuration.offsetMetadataMaxBytes) else {
            return .offsetMetadataTooLarge
        }
        effects.records.append(
            .offset(
                OffsetCommitKey {
                    $0.group = groupID
                    $0.topic = requested.topic
                    $0.partition = requested.partition
                },
                OffsetCommitValue {
                    $0.offset = requested.offset
                    $0.leaderEpoch = requested.leaderEpoch
                    $0.metadata = metadata
                    $0.commitTimestamp = context.now
                    $0.expireTimestamp = expireTimestamp
                }))
        return .none
    }

    private func checkCommit(_ request: OffsetCommitRequest, _ client: GroupClient) -> ErrorCode {
        if let group = classicGroups[request.groupID] {
            return group.checkCommit(
                generationID: request.generationIDOrMemberEpoch, memberID: request.memberID,
                instanceID: request.groupInstanceID, isTransactional: false)
        }
        if let group = consumerGroups[request.groupID] {
            return group.checkCommit(
                epoch: request.generationIDOrMemberEpoch, memberID: request.memberID, isTransactional: false,
                apiVersion: client.apiVersion)
        }
        // Without a generation the commit makes a simple group.
        if request.generationIDOrMemberEpoch < 0, shareGroups[request.groupID] == nil { return .none }
        return client.apiVersion >= 9 ? .groupIDNotFound : .illegalGeneration
    }

    private func checkCommit(_ request: TxnOffsetCommitRequest) -> ErrorCode {
        if let group = classicGroups[request.groupID] {
            return group.checkCommit(
                generationID: request.generationIDOrMemberEpoch, memberID: request.memberID,
                instanceID: request.groupInstanceID, isTransactional: true)
        }
        if let group = consumerGroups[request.groupID] {
            let error = group.checkCommit(
                epoch: request.generationIDOrMemberEpoch, memberID: request.memberID, isTransactional: true,
                apiVersion: 0)
            // Producers know the old name only.
            return error == .staleMemberEpoch ? .illegalGeneration : error
        }
        return request.generationIDOrMemberEpoch < 0 && shareGroups[request.groupID] == nil
            ? .none : .illegalGeneration
    }
}

extension OffsetCommitResponse {
    /// Marks every partition that was to be committed as failed.
    mutating func fail(_ error: ErrorCode) {
        for topic in topics.indices {
            for partition in topics[topic].partitions.indices
            where topics[topic].partitions[partition].errorCode == .none {
                topics[topic].partitions[partition].errorCode = error
            }
        }
    }

    /// The answer to a request of which nothing was done.
    init(_ request: OffsetCommitRequest, failing error: ErrorCode) {
        self.init()
        topics = request.topics.map { topic in
            Topic {
                $0.name = topic.name
                $0.topicID = topic.topicID
                $0.partitions = topic.partitions.map { partition in
                    Partition {
                        $0.partitionIndex = partition.partitionIndex
                        $0.errorCode = error
                    }
                }
            }
        }
    }
}

extension TxnOffsetCommitResponse {
    /// Marks every partition that was to be committed as failed.
    mutating func fail(_ error: ErrorCode) {
        for topic in topics.indices {
            for partition in topics[topic].partitions.indices
            where topics[topic].partitions[partition].errorCode == .none {
                topics[topic].partitions[partition].errorCode = error
            }
        }
    }

    /// The answer to a request of which nothing was done.
    init(_ request: TxnOffsetCommitRequest, failing error: ErrorCode) {
        self.init()
        topics = request.topics.map { topic in
            Topic {
                $0.name = topic.name
                $0.topicID = topic.topicID
                $0.partitions = topic.partitions.map { partition in
                    Partition {
                        $0.partitionIndex = partition.partitionIndex
                        $0.errorCode = error
                    }
                }
            }
        }
    }
}
