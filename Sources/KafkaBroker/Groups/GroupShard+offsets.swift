// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// MARK: Reading

extension GroupShard {
    /// The committed offsets that a group asks for, all of them for null.
    /// - Parameter requireStable: also say where a transaction is about to change an offset (KIP-447).
    func fetch(
        _ request: OffsetFetchRequest.Group, requireStable: Bool, apiVersion: Int16, _ topics: any TopicLookup
    ) -> OffsetFetchResponse.Group {
        let error = checkFetch(request)
        guard error == .none else {
            return OffsetFetchResponse.Group {
                $0.groupID = request.groupID
                $0.errorCode = error
            }
        }
        let committed = offsets[request.groupID]
        let wanted = request.topics ?? everything(committed, apiVersion: apiVersion, topics)
        return OffsetFetchResponse.Group {
            $0.groupID = request.groupID
            $0.topics = wanted.map { topic in
                let name = apiVersion >= 10 ? topics.topic(id: topic.topicID)?.name : topic.name
                return OffsetFetchResponse.GroupTopic {
                    $0.name = name ?? ""
                    $0.topicID = topic.topicID
                    $0.partitions = topic.partitionIndexes.map { partition in
                        var answer = OffsetFetchResponse.GroupPartition {
                            $0.partitionIndex = partition
                            $0.committedOffset = -1
                        }
                        guard let name else {
                            answer.errorCode = .unknownTopicID
                            return answer
                        }
                        if requireStable && offsets.isPending(request.groupID, name, partition) {
                            answer.errorCode = .unstableOffsetCommit
                        } else if let offset = committed[name]?[partition] {
                            answer.committedOffset = offset.offset
                            answer.committedLeaderEpoch = offset.leaderEpoch
                            answer.metadata = offset.metadata
                        }
                        return answer
                    }
                }
            }
        }
    }

    private func checkFetch(_ request: OffsetFetchRequest.Group) -> ErrorCode {
        if shareGroups[request.groupID] != nil { return .groupIDNotFound }
        return consumerGroups[request.groupID]?.checkFetch(epoch: request.memberEpoch, memberID: request.memberID)
            ?? .none
    }

    private func everything(
        _ committed: CommittedOffsets.ByTopic, apiVersion: Int16, _ topics: any TopicLookup
    ) -> [OffsetFetchRequest.GroupTopic] {
        committed.sorted { $0.key < $1.key }.compactMap { name, partitions in
            let facts = apiVersion >= 10 ? topics.topic(named: name) : nil
            // From version 10 on there is no way to name a topic that is gone.
            if apiVersion >= 10 && facts == nil { return nil }
            return OffsetFetchRequest.GroupTopic {
                $0.name = name
                $0.topicID = facts?.id ?? .zero
                $0.partitionIndexes = partitions.keys.sorted()
            }
        }
    }
}

// MARK: Deleting

extension GroupShard {
    mutating func deleteOffsets(
        _ request: OffsetDeleteRequest, _ context: GroupContext, _ effects: inout GroupEffects
    ) -> OffsetDeleteResponse {
        guard hasGroup(request.groupID), shareGroups[request.groupID] == nil else {
            return OffsetDeleteResponse { $0.errorCode = .groupIDNotFound }
        }
        let error = classicGroups[request.groupID]?.checkDeleteOffsets() ?? .none
        guard error == .none else { return OffsetDeleteResponse { $0.errorCode = error } }
        effects.appliesRecords = true
        let known = Set(offsets.partitions(of: request.groupID).map { PartitionKey($0.topic, $0.partition) })
        return OffsetDeleteResponse {
            $0.topics = request.topics.map { topic in
                let isSubscribed = isSubscribed(request.groupID, to: topic.name)
                return OffsetDeleteResponse.Topic {
                    $0.name = topic.name
                    $0.partitions = topic.partitions.map { partition in
                        OffsetDeleteResponse.Partition {
                            $0.partitionIndex = partition.partitionIndex
                            if !context.topics.hasPartition(partition.partitionIndex, of: topic.name) {
                                $0.errorCode = .unknownTopicOrPartition
                            } else if isSubscribed {
                                $0.errorCode = .groupSubscribedToTopic
                            } else if known.contains(PartitionKey(topic.name, partition.partitionIndex)) {
                                effects.records.append(
                                    tombstone(request.groupID, topic.name, partition.partitionIndex))
                            }
                        }
                    }
                }
            }
        }
    }

    /// Deletes an empty group with its offsets.
    mutating func deleteGroup(_ groupID: String, _ effects: inout GroupEffects) -> ErrorCode {
        guard hasGroup(groupID) else { return .groupIDNotFound }
        if let error = classicGroups[groupID]?.checkDelete(), error != .none { return error }
        if let group = consumerGroups[groupID], !group.members.isEmpty { return .nonEmptyGroup }
        if let group = shareGroups[groupID], !group.members.isEmpty { return .nonEmptyGroup }
        effects.records += offsets.partitions(of: groupID).map { tombstone(groupID, $0.topic, $0.partition) }
        effects.records += groupTombstones(groupID)
        effects.appliesRecords = true
        return .none
    }

    /// Removes what a group committed and hasn't used for the retention time, and the group with its last offset.
    mutating func expireOffsets(of groupID: String, _ context: GroupContext, _ effects: inout GroupEffects) {
        guard let expiry = offsetExpiry(of: groupID) else { return }
        var isUsed = offsets.hasOpenTransaction(groupID)
        for (topic, partitions) in offsets[groupID].sorted(by: { $0.key < $1.key }) {
            let isSubscribed = isSubscribed(groupID, to: topic)
            for (partition, offset) in partitions.sorted(by: { $0.key < $1.key }) {
                let isExpired = offset.isExpired(
                    expiry, now: context.now, retentionMs: context.configuration.offsetsRetentionMs)
                if !isSubscribed && isExpired && !offsets.isPending(groupID, topic, partition) {
                    effects.records.append(tombstone(groupID, topic, partition))
                } else {
                    isUsed = true
                }
            }
        }
        if !isUsed && isEmpty(groupID) { effects.records += groupTombstones(groupID) }
        effects.appliesRecords = true
        effects.mayBeDivided = true
    }

    /// Removes the offsets of a topic that is no more.
    mutating func deleteOffsets(ofTopic topic: String, _ effects: inout GroupEffects) {
        for groupID in offsets.groups(with: topic).sorted() {
            for (name, partition) in offsets.partitions(of: groupID) where name == topic {
                effects.records.append(tombstone(groupID, topic, partition))
            }
        }
        effects.appliesRecords = true
        effects.mayBeDivided = true
    }

    private func tombstone(_ groupID: String, _ topic: String, _ partition: Int32) -> GroupRecord {
        .offset(
            OffsetCommitKey {
                $0.group = groupID
                $0.topic = topic
                $0.partition = partition
            }, nil)
    }
}

private struct PartitionKey: Hashable {
    var topic: String
    var partition: Int32

    init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }
}
