// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// A consumer group of either protocol.
struct GroupDescription: Sendable {
    struct Member: Sendable {
        var id: String
        var instanceID: String?
        var clientID: String
        var host: String
        /// Sorted.
        var partitions: [TopicPartition]
        /// What the coordinator wants it to have; nil in groups of the classic protocol.
        var target: [TopicPartition]?
        var epoch: Int32?
        /// Whether the member still speaks the classic protocol (KIP-848); nil where that is not told.
        var isClassic: Bool?
    }

    var id: String
    var state: String
    var assignor: String
    var members: [Member]
    var epoch: Int32?
    var targetEpoch: Int32?
    var isConsumerProtocol: Bool

    /// In the order of `ids`. First the new protocol is asked about, then the classic one, as Kafka's admin client does.
    static func fetch(
        _ ids: [String], _ admin: Admin
    ) async -> [(group: String, result: Result<GroupDescription, ClientError>)] {
        var found: [String: Result<GroupDescription, ClientError>] = [:]
        for (id, result) in await admin.describeConsumerGroups(ids) {
            switch result {
            case .success(let group): found[id] = .success(GroupDescription(group))
            case .failure(let error):
                // A classic group, or none: the other request tells.
                guard
                    error.errorCode == .groupIDNotFound || error.errorCode == .unsupportedVersion || error.isUnsupported
                else {
                    found[id] = .failure(error)
                    continue
                }
            }
        }
        let classic = ids.filter { found[$0] == nil }
        if !classic.isEmpty {
            for (id, result) in await admin.describeGroups(classic) { found[id] = result.map(GroupDescription.init) }
        }
        return ids.compactMap { id in found[id].map { (id, $0) } }
    }

    private init(_ group: ConsumerGroupDescribeResponse.DescribedGroup) {
        id = group.groupID
        state = group.groupState
        assignor = group.assignorName
        epoch = group.groupEpoch
        targetEpoch = group.assignmentEpoch
        isConsumerProtocol = true
        members = group.members.map { member in
            Member(
                id: member.memberID, instanceID: member.instanceID, clientID: member.clientID, host: member.clientHost,
                partitions: Self.partitions(member.assignment), target: Self.partitions(member.targetAssignment),
                epoch: member.memberEpoch, isClassic: member.memberType < 0 ? nil : member.memberType == 0)
        }
    }

    private static func partitions(_ assignment: ConsumerGroupDescribeResponse.Assignment) -> [TopicPartition] {
        assignment.topicPartitions.flatMap { topic in
            topic.partitions.map { TopicPartition(topic.topicName, $0) }
        }.sorted()
    }

    private init(_ group: DescribeGroupsResponse.Group) {
        id = group.groupID
        state = group.groupState
        assignor = group.protocolData
        isConsumerProtocol = false
        members = group.members.map { member in
            Member(
                id: member.memberID, instanceID: member.groupInstanceID, clientID: member.clientID,
                host: member.clientHost, partitions: ConsumerProtocol.shown(member.memberAssignment))
        }
    }
}

extension ClientError {
    /// Whether the broker doesn't know the request at all.
    var isUnsupported: Bool {
        if case .unsupported = kind { return true }
        return false
    }
}
