// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

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
        return commit(
            request, error, expireTimestamp: expireTimestamp, namesTopicsByID: client.apiVersion >= 10, context,
            &effects)
    }

    /// Offsets that count once their transaction is committed.
    mutating func commit(
        _ request: TxnOffsetCommitRequest, _ client: GroupClient, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) -> TxnOffsetCommitResponse {
        let error = checkCommit(request)
        return commit(
            request, error, expireTimestamp: -1, namesTopicsByID: client.apiVersion >= 6, context, &effects)
    }

    /// What both do: every partition that can be committed becomes a record.
    private func commit<Request: OffsetsToCommit, Response: OffsetsCommitted>(
        _ request: Request, _ groupError: ErrorCode, expireTimestamp: Int64, namesTopicsByID: Bool,
        _ context: GroupContext, _ effects: inout GroupEffects
    ) -> Response {
        var response = Response(request, failing: groupError)
        for (index, topic) in request.topics.enumerated() {
            let name = namesTopicsByID ? context.topics.topic(id: topic.topicID)?.name : topic.name
            response.topics[index].name = name ?? ""
            for (number, partition) in topic.partitions.enumerated() {
                let error = commit(
                    partition, of: name, request.groupID, groupError, expireTimestamp: expireTimestamp, context,
                    &effects)
                response.topics[index].partitions[number].errorCode = error
            }
        }
        effects.appliesRecords = true
        return response
    }

    private func commit(
        _ partition: some OffsetToCommit, of topic: String?, _ groupID: String, _ groupError: ErrorCode,
        expireTimestamp: Int64, _ context: GroupContext, _ effects: inout GroupEffects
    ) -> ErrorCode {
        guard let topic else { return .unknownTopicID }
        guard context.topics.hasPartition(partition.partitionIndex, of: topic) else {
            return .unknownTopicOrPartition
        }
        guard groupError == .none else { return groupError }
        let metadata = partition.committedMetadata ?? ""
        guard metadata.utf16.count <= Int(context.configuration.offsetMetadataMaxBytes) else {
            return .offsetMetadataTooLarge
        }
        effects.records.append(
            .offset(
                OffsetCommitKey {
                    $0.group = groupID
                    $0.topic = topic
                    $0.partition = partition.partitionIndex
                },
                OffsetCommitValue {
                    $0.offset = partition.committedOffset
                    $0.leaderEpoch = partition.committedLeaderEpoch
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
