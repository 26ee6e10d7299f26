// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// A change of a consumer group in the making: the records, and the group as they leave it.
struct ConsumerGroupDraft {
    private(set) var group: ConsumerGroup
    private(set) var records: [GroupRecord] = []

    init(_ group: ConsumerGroup) { self.group = group }

    mutating func emit(_ record: GroupRecord) {
        records.append(record)
        group.apply(record)
    }

    mutating func setRefreshDeadline(_ deadline: Int64) { group.refreshDeadline = deadline }
}

extension ConsumerGroup {
    /// Takes over a record of this group, be it new or read back.
    ///
    /// Compaction may have removed records between those that are left, so no order is relied on.
    mutating func apply(_ record: GroupRecord) {
        switch record {
        case .consumerGroup(_, let value): epoch = value?.epoch ?? epoch
        case .subscribedTopics(_, let value): topics = Self.topics(value)
        case .member(let key, let value?): members[key.memberID, default: Member(key.memberID)].update(value)
        case .member(let key, nil): members[key.memberID] = nil
        case .targetEpoch(_, let value): targetEpoch = value?.assignmentEpoch ?? -1
        case .targetAssignment(let key, let value):
            targets[key.memberID] = value.map { value in
                Assignment(value.topicPartitions.map { ($0.topicID, Set($0.partitions)) }) { $0.union($1) }
            }
        case .currentAssignment(let key, let value?):
            members[key.memberID, default: Member(key.memberID)].update(value)
        case .currentAssignment(let key, nil): members[key.memberID]?.release()
        case .regularExpression(let key, let value):
            expressions[key.regularExpression] = value.map {
                ResolvedExpression(topics: Set($0.topics), version: $0.version, timestamp: $0.timestamp)
            }
        case .offset, .classicGroup, .shareGroup, .shareMember, .shareTargetEpoch, .shareTarget, .shareCurrent,
            .shareState:
            break
        }
    }

    private static func topics(_ value: ConsumerGroupPartitionMetadataValue?) -> [String: TopicFacts] {
        var topics: [String: TopicFacts] = [:]
        // A count that can't be is left to the next look at the cluster, which comes before anything is assigned.
        for topic in value?.topics ?? [] where topic.numPartitions >= 0 {
            topics[topic.topicName] = TopicFacts(
                name: topic.topicName, id: topic.topicID, partitionCount: topic.numPartitions)
        }
        return topics
    }
}

extension ConsumerGroup.Member {
    fileprivate mutating func update(_ value: ConsumerGroupMemberMetadataValue) {
        instanceID = value.instanceID
        rackID = value.rackID
        clientID = value.clientID
        clientHost = value.clientHost
        topicNames = Set(value.subscribedTopicNames)
        topicRegex = value.subscribedTopicRegex ?? ""
        rebalanceTimeoutMs = value.rebalanceTimeoutMs
        serverAssignor = value.serverAssignor
        classic = value.classicMemberMetadata
    }

    fileprivate mutating func update(_ value: ConsumerGroupCurrentMemberAssignmentValue) {
        epoch = value.memberEpoch
        previousEpoch = value.previousMemberEpoch
        state = ConsumerGroup.MemberState(rawValue: value.state) ?? .unknown
        assigned = Self.assignment(value.assignedPartitions)
        pendingRevocation = Self.assignment(value.partitionsPendingRevocation)
    }

    private static func assignment(
        _ topics: [ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions]
    ) -> Assignment {
        Assignment(topics.map { ($0.topicID, Set($0.partitions)) }) { $0.union($1) }
    }

    fileprivate mutating func release() {
        (epoch, previousEpoch, state) = (-1, -1, .stable)
        (assigned, pendingRevocation) = ([:], [:])
    }
}

// MARK: Making records

extension ConsumerGroup {
    func epochRecord(_ epoch: Int32) -> GroupRecord {
        .consumerGroup(
            ConsumerGroupMetadataKey { $0.groupID = groupID }, ConsumerGroupMetadataValue { $0.epoch = epoch })
    }

    func topicsRecord(_ topics: [String: TopicFacts]) -> GroupRecord {
        .subscribedTopics(
            ConsumerGroupPartitionMetadataKey { $0.groupID = groupID },
            ConsumerGroupPartitionMetadataValue {
                $0.topics = topics.values.sorted { $0.name < $1.name }.map { topic in
                    .init {
                        $0.topicID = topic.id
                        $0.topicName = topic.name
                        $0.numPartitions = topic.partitionCount
                    }
                }
            })
    }

    func record(of member: Member) -> GroupRecord {
        .member(
            memberKey(member.memberID),
            ConsumerGroupMemberMetadataValue {
                $0.instanceID = member.instanceID
                $0.rackID = member.rackID
                $0.clientID = member.clientID
                $0.clientHost = member.clientHost
                $0.subscribedTopicNames = member.topicNames.sorted()
                $0.subscribedTopicRegex = member.topicRegex
                $0.rebalanceTimeoutMs = member.rebalanceTimeoutMs
                $0.serverAssignor = member.serverAssignor
                $0.classicMemberMetadata = member.classic
            })
    }

    func targetRecord(_ memberID: String, _ target: Assignment) -> GroupRecord {
        .targetAssignment(
            targetKey(memberID),
            ConsumerGroupTargetAssignmentMemberValue {
                $0.topicPartitions = target.sorted { $0.key < $1.key }.map { topicID, partitions in
                    .init {
                        $0.topicID = topicID
                        $0.partitions = partitions.sorted()
                    }
                }
            })
    }

    func targetEpochRecord(_ epoch: Int32) -> GroupRecord {
        .targetEpoch(
            ConsumerGroupTargetAssignmentMetadataKey { $0.groupID = groupID },
            ConsumerGroupTargetAssignmentMetadataValue { $0.assignmentEpoch = epoch })
    }

    func currentRecord(of member: Member) -> GroupRecord {
        func topics(_ assignment: Assignment) -> [ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions] {
            assignment.sorted { $0.key < $1.key }.map { topicID, partitions in
                .init {
                    $0.topicID = topicID
                    $0.partitions = partitions.sorted()
                }
            }
        }
        return .currentAssignment(
            currentKey(member.memberID),
            ConsumerGroupCurrentMemberAssignmentValue {
                $0.memberEpoch = member.epoch
                $0.previousMemberEpoch = member.previousEpoch
                $0.state = member.state.rawValue
                $0.assignedPartitions = topics(member.assigned)
                $0.partitionsPendingRevocation = topics(member.pendingRevocation)
            })
    }

    func expressionRecord(_ expression: String, _ resolved: ResolvedExpression?) -> GroupRecord {
        .regularExpression(
            ConsumerGroupRegularExpressionKey {
                $0.groupID = groupID
                $0.regularExpression = expression
            },
            resolved.map { resolved in
                ConsumerGroupRegularExpressionValue {
                    $0.topics = resolved.topics.sorted()
                    $0.version = resolved.version
                    $0.timestamp = resolved.timestamp
                }
            })
    }

    /// What removes one member, in the order in which Kafka writes it.
    func tombstones(ofMember memberID: String) -> [GroupRecord] {
        [
            .currentAssignment(currentKey(memberID), nil), .targetAssignment(targetKey(memberID), nil),
            .member(memberKey(memberID), nil),
        ]
    }

    /// What removes the group.
    var tombstones: [GroupRecord] {
        let memberIDs = members.keys.sorted()
        var records: [GroupRecord] = memberIDs.map { .currentAssignment(currentKey($0), nil) }
        records += Set(memberIDs).union(targets.keys).sorted().map { .targetAssignment(targetKey($0), nil) }
        records.append(.targetEpoch(ConsumerGroupTargetAssignmentMetadataKey { $0.groupID = groupID }, nil))
        records += memberIDs.map { .member(memberKey($0), nil) }
        records += expressions.keys.sorted().map { expressionRecord($0, nil) }
        records.append(.subscribedTopics(ConsumerGroupPartitionMetadataKey { $0.groupID = groupID }, nil))
        records.append(.consumerGroup(ConsumerGroupMetadataKey { $0.groupID = groupID }, nil))
        return records
    }

    private func memberKey(_ memberID: String) -> ConsumerGroupMemberMetadataKey {
        ConsumerGroupMemberMetadataKey {
            $0.groupID = groupID
            $0.memberID = memberID
        }
    }

    private func targetKey(_ memberID: String) -> ConsumerGroupTargetAssignmentMemberKey {
        ConsumerGroupTargetAssignmentMemberKey {
            $0.groupID = groupID
            $0.memberID = memberID
        }
    }

    private func currentKey(_ memberID: String) -> ConsumerGroupCurrentMemberAssignmentKey {
        ConsumerGroupCurrentMemberAssignmentKey {
            $0.groupID = groupID
            $0.memberID = memberID
        }
    }
}
