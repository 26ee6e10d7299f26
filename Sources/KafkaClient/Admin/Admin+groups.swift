// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A group as a broker lists it.
public struct ListedGroup: Sendable, Hashable {
    /// The group's name.
    public var groupID: String
    /// `consumer`, `connect`, `share` and the like; empty for a group that only keeps offsets.
    public var protocolType: String
    /// Empty from brokers before Kafka 2.6.
    public var state: String
    /// Empty from brokers before Kafka 3.8.
    public var type: String
}

extension Admin {
    /// What became of each group.
    public typealias GroupResults<Value> = [(group: String, result: Result<Value, ClientError>)]

    /// The groups of all brokers, sorted; what some could not answer comes beside them.
    public func listGroups(
        states: [String] = [], types: [String] = []
    ) async throws(ClientError) -> (groups: [ListedGroup], errors: [ClientError]) {
        let answers = try await sendToAll(
            ListGroupsRequest {
                $0.statesFilter = states
                $0.typesFilter = types
            })
        var groups: [String: ListedGroup] = [:]
        var errors: [ClientError] = []
        for (broker, result) in answers {
            switch result {
            case .failure(let error): errors.append(ClientError(error.kind, "broker \(broker): \(error.message)"))
            case .success(let response) where response.errorCode != .none:
                errors.append(ClientError(response.errorCode, "listing the groups of broker \(broker)"))
            case .success(let response):
                for group in response.groups {
                    groups[group.groupID] = ListedGroup(
                        groupID: group.groupID, protocolType: group.protocolType, state: group.groupState,
                        type: group.groupType)
                }
            }
        }
        return (groups.values.sorted { $0.groupID < $1.groupID }, errors)
    }

    /// Groups of the classic protocol.
    public func describeGroups(
        _ ids: [String], includeAuthorizedOperations: Bool = false
    ) async -> GroupResults<DescribeGroupsResponse.Group> {
        await forEachGroup(ids) { (id) throws(ClientError) in
            let response = try await send(
                DescribeGroupsRequest {
                    $0.groups = [id]
                    $0.includeAuthorizedOperations = includeAuthorizedOperations
                }, to: .group(id))
            return try pick(response.groups.first, id) { ($0.errorCode, $0.errorMessage) }
        }
    }

    /// Groups of the consumer protocol (KIP-848).
    public func describeConsumerGroups(
        _ ids: [String], includeAuthorizedOperations: Bool = false
    ) async -> GroupResults<ConsumerGroupDescribeResponse.DescribedGroup> {
        await forEachGroup(ids) { (id) throws(ClientError) in
            let response = try await send(
                ConsumerGroupDescribeRequest {
                    $0.groupIDs = [id]
                    $0.includeAuthorizedOperations = includeAuthorizedOperations
                }, to: .group(id))
            return try pick(response.groups.first, id) { ($0.errorCode, $0.errorMessage) }
        }
    }

    /// Share groups (KIP-932).
    public func describeShareGroups(
        _ ids: [String], includeAuthorizedOperations: Bool = false
    ) async -> GroupResults<ShareGroupDescribeResponse.DescribedGroup> {
        await forEachGroup(ids) { (id) throws(ClientError) in
            let response = try await send(
                ShareGroupDescribeRequest {
                    $0.groupIDs = [id]
                    $0.includeAuthorizedOperations = includeAuthorizedOperations
                }, to: .group(id))
            return try pick(response.groups.first, id) { ($0.errorCode, $0.errorMessage) }
        }
    }

    /// Streams groups (KIP-1071).
    public func describeStreamsGroups(
        _ ids: [String], includeAuthorizedOperations: Bool = false
    ) async -> GroupResults<StreamsGroupDescribeResponse.DescribedGroup> {
        await forEachGroup(ids) { (id) throws(ClientError) in
            let response = try await send(
                StreamsGroupDescribeRequest {
                    $0.groupIDs = [id]
                    $0.includeAuthorizedOperations = includeAuthorizedOperations
                }, to: .group(id))
            return try pick(response.groups.first, id) { ($0.errorCode, $0.errorMessage) }
        }
    }

    /// Deletes groups that have no members, with their offsets (KIP-229).
    public func deleteGroups(_ ids: [String]) async -> GroupResults<Void> {
        await forEachGroup(ids) { (id) throws(ClientError) in
            let response = try await send(DeleteGroupsRequest { $0.groupsNames = [id] }, to: .group(id))
            _ = try pick(response.results.first, id) { ($0.errorCode, $0.errorMessage) }
        }
    }

    /// Makes members leave; static ones by their instance id.
    public func removeMembers(
        group: String, members: [LeaveGroupRequest.MemberIdentity]
    ) async throws(ClientError) -> LeaveGroupResponse {
        try await send(
            LeaveGroupRequest {
                $0.groupID = group
                $0.members = members
            }, to: .group(group))
    }

    private func pick<Value>(
        _ value: Value?, _ id: String, _ error: (Value) -> (ErrorCode, String?)
    ) throws(ClientError) -> Value {
        guard let value else { throw ClientError(.invalidResponse, "the broker's answer lacks group \(id)") }
        let (code, message) = error(value)
        guard code == .none else { throw ClientError(code, "group \(id)", message) }
        return value
    }

    /// Groups have coordinators of their own, so each is asked for by itself, all at a time; in the order given.
    private func forEachGroup<Value: Sendable>(
        _ ids: [String], _ call: @escaping @Sendable (String) async throws(ClientError) -> Value
    ) async -> GroupResults<Value> {
        await withTaskGroup(of: (Int, Result<Value, ClientError>).self) { group in
            for (index, id) in ids.enumerated() {
                group.addTask {
                    do throws(ClientError) { return (index, .success(try await call(id))) } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var results: [(Int, Result<Value, ClientError>)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map { (ids[$0.0], $0.1) }
        }
    }
}
