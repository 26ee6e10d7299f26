// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

extension ClusterData {
    /// The groups of all brokers, sorted by name.
    /// - Throws: if no broker answers.
    func groups() async throws(ClientError) -> [ListGroupsResponse.Group] {
        let brokers = try await metadata([]).brokers.map(\.nodeID)
        let answers = await Self.each(brokers) { broker -> Result<ListGroupsResponse, ClientError> in
            do throws(ClientError) {
                let response = try await calls.send(ListGroupsRequest(), to: .broker(broker))
                guard response.errorCode == .none else {
                    return .failure(ClientError(response.errorCode, "listing the groups of broker \(broker)"))
                }
                return .success(response)
            } catch {
                return .failure(error)
            }
        }
        var groups: [String: ListGroupsResponse.Group] = [:]
        var failure: ClientError?
        for answer in answers {
            switch answer {
            case .success(let response): for group in response.groups { groups[group.groupID] = group }
            case .failure(let error): failure = error
            }
        }
        if let failure, groups.isEmpty { throw failure }
        return groups.values.sorted { $0.groupID < $1.groupID }
    }

    /// What a group has committed.
    /// - Parameter topic: only of this one; nil for all.
    func committed(_ group: String, topic: (name: String, partitions: [Int32])? = nil)
        async throws(ClientError) -> [TopicPartition: Int64]
    {
        let partitions = topic.map { topic in topic.partitions.map { TopicPartition(topic.name, $0) } }
        let response: OffsetFetchResponse = try await calls.send(
            to: .group(group), versions: Admin.namedOffsetVersions
        ) { OffsetFetchRequest(group: group, partitions, version: $0) }
        return try Admin.committedOffsets(response, group).compactMapValues { try? $0.get().offset }
            .filter { $0.value >= 0 }
    }

    /// Partitions with those who lead them; topics that are gone are left out.
    func led(_ partitions: some Collection<TopicPartition>) async throws(ClientError) -> [LedPartition] {
        if partitions.isEmpty { return [] }
        let wanted = Set(partitions)
        let topics = try await metadata(Set(partitions.map(\.topic)).sorted()).topics
        return topics.flatMap(LedPartition.of).filter { wanted.contains($0.partition) }
    }
}

/// A group of the classic or the consumer protocol.
struct GroupState: Sendable {
    struct Member: Sendable {
        var id: String
        var instanceID: String?
        var clientID: String
        var host: String
        var partitions: [TopicPartition]
    }

    var state: String
    var assignor: String
    /// `consumer` or `classic`.
    var type: String
    var members: [Member]

    /// Asks as Kafka's admin client does: first about the new protocol, then about the old one.
    static func fetch(_ id: String, _ data: ClusterData) async throws(ClientError) -> GroupState {
        do throws(ClientError) {
            let response = try await data.calls.send(
                ConsumerGroupDescribeRequest { $0.groupIDs = [id] }, to: .group(id))
            if let group = response.groups.first, group.errorCode == .none { return GroupState(group) }
            if let group = response.groups.first, group.errorCode == .groupAuthorizationFailed {
                throw ClientError(group.errorCode, "group \(id)", group.errorMessage)
            }
        } catch {
            guard case .unsupported = error.kind else { throw error }
        }
        let response = try await data.calls.send(DescribeGroupsRequest { $0.groups = [id] }, to: .group(id))
        guard let group = response.groups.first else {
            throw ClientError(.invalidResponse, "the broker's answer lacks group \(id)")
        }
        guard group.errorCode == .none else { throw ClientError(group.errorCode, "group \(id)", group.errorMessage) }
        return GroupState(group)
    }

    private init(_ group: ConsumerGroupDescribeResponse.DescribedGroup) {
        state = group.groupState
        assignor = group.assignorName
        type = "consumer"
        members = group.members.map { member in
            Member(
                id: member.memberID, instanceID: member.instanceID, clientID: member.clientID, host: member.clientHost,
                partitions: member.assignment.topicPartitions.flatMap { topic in
                    topic.partitions.map { TopicPartition(topic.topicName, $0) }
                }.sorted())
        }
    }

    private init(_ group: DescribeGroupsResponse.Group) {
        state = group.groupState
        assignor = group.protocolData
        type = "classic"
        let isConsumer = group.protocolType == "consumer"
        members = group.members.map { member in
            Member(
                id: member.memberID, instanceID: member.groupInstanceID, clientID: member.clientID,
                host: member.clientHost, partitions: isConsumer ? ConsumerProtocol.shown(member.memberAssignment) : [])
        }
    }
}
