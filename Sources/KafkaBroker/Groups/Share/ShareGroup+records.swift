// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A change of a share group in the making: the records, and the group as they leave it.
struct ShareGroupDraft {
    private(set) var group: ShareGroup
    private(set) var records: [GroupRecord] = []

    init(_ group: ShareGroup) { self.group = group }

    mutating func emit(_ record: GroupRecord) {
        records.append(record)
        group.apply(record)
    }

    mutating func setRefreshDeadline(_ deadline: Int64) { group.refreshDeadline = deadline }
}

extension ShareGroup {
    /// Takes over a record of this group, be it new or read back, in any order that compaction leaves.
    mutating func apply(_ record: GroupRecord) {
        switch record {
        case .shareGroup(_, let value?): (epoch, metadataHash) = (value.epoch, value.metadataHash)
        case .shareMember(let key, let value?):
            members[key.memberID, default: Member(key.memberID)].update(value)
        case .shareMember(let key, nil): members[key.memberID] = nil
        case .shareTargetEpoch(_, let value): targetEpoch = value?.assignmentEpoch ?? -1
        case .shareTarget(let key, let value):
            targets[key.memberID] = value.map { value in
                Assignment(value.topicPartitions.map { ($0.topicID, Set($0.partitions)) }) { $0.union($1) }
            }
        case .shareCurrent(let key, let value?):
            members[key.memberID, default: Member(key.memberID)].update(value)
        case .shareCurrent(let key, nil):
            members[key.memberID]?.epoch = -1
            members[key.memberID]?.assigned = [:]
        case .shareState(_, let value):
            initializing = Self.partitions(value?.initializingTopics ?? [])
            initialized = Self.partitions(value?.initializedTopics ?? [])
            deleting = Dictionary((value?.deletingTopics ?? []).map { ($0.topicID, $0.topicName) }) { $1 }
        default: break
        }
    }

    private static func partitions(
        _ topics: [ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo]
    ) -> [KafkaUUID: NamedPartitions] {
        Dictionary(
            topics.map { ($0.topicID, NamedPartitions(name: $0.topicName, partitions: Set($0.partitions))) }
        ) { $1 }
    }
}

extension ShareGroup.Member {
    fileprivate mutating func update(_ value: ShareGroupMemberMetadataValue) {
        (rackID, clientID, clientHost) = (value.rackID, value.clientID, value.clientHost)
        topicNames = Set(value.subscribedTopicNames)
    }

    fileprivate mutating func update(_ value: ShareGroupCurrentMemberAssignmentValue) {
        (epoch, previousEpoch) = (value.memberEpoch, value.previousMemberEpoch)
        assigned = Assignment(value.assignedPartitions.map { ($0.topicID, Set($0.partitions)) }) { $0.union($1) }
    }
}

// MARK: Making records

extension ShareGroup {
    func epochRecord(_ epoch: Int32, hash: Int64) -> GroupRecord {
        .shareGroup(
            ShareGroupMetadataKey { $0.groupID = groupID },
            ShareGroupMetadataValue { ($0.epoch, $0.metadataHash) = (epoch, hash) })
    }

    func record(of member: Member) -> GroupRecord {
        .shareMember(
            memberKey(member.memberID),
            ShareGroupMemberMetadataValue {
                ($0.rackID, $0.clientID, $0.clientHost) = (member.rackID, member.clientID, member.clientHost)
                $0.subscribedTopicNames = member.topicNames.sorted()
            })
    }

    func targetRecord(_ memberID: String, _ target: Assignment) -> GroupRecord {
        .shareTarget(
            targetKey(memberID),
            ShareGroupTargetAssignmentMemberValue {
                $0.topicPartitions = target.sorted { $0.key < $1.key }.map { topicID, partitions in
                    .init { ($0.topicID, $0.partitions) = (topicID, partitions.sorted()) }
                }
            })
    }

    func targetEpochRecord(_ epoch: Int32) -> GroupRecord {
        .shareTargetEpoch(
            ShareGroupTargetAssignmentMetadataKey { $0.groupID = groupID },
            ShareGroupTargetAssignmentMetadataValue { $0.assignmentEpoch = epoch })
    }

    func currentRecord(of member: Member) -> GroupRecord {
        .shareCurrent(
            currentKey(member.memberID),
            ShareGroupCurrentMemberAssignmentValue {
                ($0.memberEpoch, $0.previousMemberEpoch) = (member.epoch, member.previousEpoch)
                $0.assignedPartitions = member.assigned.sorted { $0.key < $1.key }.map { topicID, partitions in
                    .init { ($0.topicID, $0.partitions) = (topicID, partitions.sorted()) }
                }
            })
    }

    func stateRecord(
        initializing: [KafkaUUID: NamedPartitions], initialized: [KafkaUUID: NamedPartitions],
        deleting: [KafkaUUID: String]
    ) -> GroupRecord {
        func topics(
            _ partitions: [KafkaUUID: NamedPartitions]
        ) -> [ShareGroupStatePartitionMetadataValue.TopicPartitionsInfo] {
            partitions.filter { !$0.value.partitions.isEmpty }.sorted { $0.key < $1.key }.map { topicID, named in
                .init { ($0.topicID, $0.topicName, $0.partitions) = (topicID, named.name, named.partitions.sorted()) }
            }
        }
        return .shareState(
            ShareGroupStatePartitionMetadataKey { $0.groupID = groupID },
            ShareGroupStatePartitionMetadataValue {
                $0.initializingTopics = topics(initializing)
                $0.initializedTopics = topics(initialized)
                $0.deletingTopics = deleting.sorted { $0.key < $1.key }.map { topicID, name in
                    .init { ($0.topicID, $0.topicName) = (topicID, name) }
                }
            })
    }

    /// What removes one member, in the order in which Kafka writes it.
    func tombstones(ofMember memberID: String) -> [GroupRecord] {
        [
            .shareCurrent(currentKey(memberID), nil), .shareTarget(targetKey(memberID), nil),
            .shareMember(memberKey(memberID), nil),
        ]
    }

    /// What removes the group.
    var tombstones: [GroupRecord] {
        let memberIDs = members.keys.sorted()
        var records: [GroupRecord] = memberIDs.map { .shareCurrent(currentKey($0), nil) }
        records += Set(memberIDs).union(targets.keys).sorted().map { .shareTarget(targetKey($0), nil) }
        records.append(.shareTargetEpoch(ShareGroupTargetAssignmentMetadataKey { $0.groupID = groupID }, nil))
        records += memberIDs.map { .shareMember(memberKey($0), nil) }
        records.append(.shareState(ShareGroupStatePartitionMetadataKey { $0.groupID = groupID }, nil))
        records.append(.shareGroup(ShareGroupMetadataKey { $0.groupID = groupID }, nil))
        return records
    }

    private func memberKey(_ memberID: String) -> ShareGroupMemberMetadataKey {
        ShareGroupMemberMetadataKey { ($0.groupID, $0.memberID) = (groupID, memberID) }
    }

    private func targetKey(_ memberID: String) -> ShareGroupTargetAssignmentMemberKey {
        ShareGroupTargetAssignmentMemberKey { ($0.groupID, $0.memberID) = (groupID, memberID) }
    }

    private func currentKey(_ memberID: String) -> ShareGroupCurrentMemberAssignmentKey {
        ShareGroupCurrentMemberAssignmentKey { ($0.groupID, $0.memberID) = (groupID, memberID) }
    }
}
