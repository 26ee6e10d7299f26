// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

// MARK: Membership

extension GroupCoordinator {
    func join(_ request: JoinGroupRequest, _ client: GroupClient) async -> JoinGroupResponse {
        var request = request
        // Version 0 had one timeout for both.
        if client.apiVersion == 0 { request.rebalanceTimeoutMs = request.sessionTimeoutMs }
        var error = GroupShard.check(request, configuration)
        do throws(CoordinatorLogError) {
            if error == .none {
                let partition = try await locate(request.groupID)
                return await withCheckedContinuation { continuation in
                    let join = ClassicGroup.Join(request: request, client: client, id: park(.join(continuation)))
                    _ = perform(partition) { shard, context, effects in shard.join(join, context, &effects) }
                }
            }
        } catch let failure { error = failure.clientCode }
        return JoinGroupResponse(failing: error, memberID: request.memberID)
    }

    func sync(_ request: SyncGroupRequest, _ client: GroupClient) async -> SyncGroupResponse {
        if request.groupID.isEmpty { return SyncGroupResponse { $0.errorCode = .invalidGroupID } }
        do throws(CoordinatorLogError) {
            let partition = try await locate(request.groupID)
            return await withCheckedContinuation { continuation in
                let id = park(.sync(continuation))
                _ = perform(partition) { shard, context, effects in shard.sync(request, id, context, &effects) }
            }
        } catch {
            let code = error.clientCode
            return SyncGroupResponse { $0.errorCode = code }
        }
    }

    func heartbeat(_ request: HeartbeatRequest) async -> HeartbeatResponse {
        if request.groupID.isEmpty { return HeartbeatResponse { $0.errorCode = .invalidGroupID } }
        do throws(CoordinatorLogError) {
            let partition = try await locate(request.groupID)
            let error = perform(partition) { shard, context, effects in
                shard.heartbeat(request, context, &effects)
            }.answer
            return HeartbeatResponse { $0.errorCode = error }
        } catch {
            let code = error.clientCode
            // While the group is read back its members are taken for alive.
            return HeartbeatResponse { $0.errorCode = code == .coordinatorLoadInProgress ? .none : code }
        }
    }

    func leave(_ request: LeaveGroupRequest, _ client: GroupClient) async -> LeaveGroupResponse {
        if request.groupID.isEmpty { return LeaveGroupResponse { $0.errorCode = .invalidGroupID } }
        var request = request
        if client.apiVersion < 3 {
            request.members = [LeaveGroupRequest.MemberIdentity { $0.memberID = request.memberID }]
        }
        var response: LeaveGroupResponse
        do throws(CoordinatorLogError) {
            let partition = try await locate(request.groupID)
            let (answer, failure) = perform(partition) { shard, context, effects in
                shard.leave(request, context, &effects)
            }
            if let failure { throw failure }
            response = answer
        } catch {
            let code = error.clientCode
            return LeaveGroupResponse { $0.errorCode = code }
        }
        if client.apiVersion < 3 {
            if response.errorCode == .none { response.errorCode = response.members.first?.errorCode ?? .none }
            response.members = []
        }
        return response
    }
}

// MARK: Offsets

extension GroupCoordinator {
    func commit(_ request: OffsetCommitRequest, _ client: GroupClient) async -> OffsetCommitResponse {
        do throws(CoordinatorLogError) {
            let partition = try await locate(request.groupID)
            var (response, failure) = perform(partition) { shard, context, effects in
                shard.commit(request, client, context, &effects)
            }
            if let failure { response.fail(failure.clientCode) }
            return response
        } catch {
            return OffsetCommitResponse(request, failing: error.clientCode)
        }
    }

    func commit(_ request: TxnOffsetCommitRequest, _ client: GroupClient) async -> TxnOffsetCommitResponse {
        if request.groupID.isEmpty { return TxnOffsetCommitResponse(request, failing: .invalidGroupID) }
        do throws(CoordinatorLogError) {
            let partition = try await locate(request.groupID)
            let transaction = CoordinatorTransaction(
                producerID: request.producerID, producerEpoch: request.producerEpoch)
            var (response, failure) = perform(partition, transaction: transaction) { shard, context, effects in
                shard.commit(request, client, context, &effects)
            }
            if let failure { response.fail(failure.clientCode) }
            return response
        } catch {
            var code = error.clientCode
            // Java's producers before 2.0 stumble over this code.
            if code == .coordinatorLoadInProgress && client.apiVersion < 2 { code = .coordinatorNotAvailable }
            return TxnOffsetCommitResponse(request, failing: code)
        }
    }

    func fetchOffsets(
        _ group: OffsetFetchRequest.Group, requireStable: Bool, apiVersion: Int16
    ) async -> OffsetFetchResponse.Group {
        do throws(CoordinatorLogError) {
            let shard = try shard(of: group.groupID)
            return shard.fetch(group, requireStable: requireStable, apiVersion: apiVersion, topics)
        } catch {
            let code = error.clientCode
            return OffsetFetchResponse.Group {
                $0.groupID = group.groupID
                $0.errorCode = code == .coordinatorNotAvailable ? .notCoordinator : code
            }
        }
    }

    func deleteOffsets(_ request: OffsetDeleteRequest) async -> OffsetDeleteResponse {
        if request.groupID.isEmpty { return OffsetDeleteResponse { $0.errorCode = .invalidGroupID } }
        discover()
        if topic.partitionCount == nil { return OffsetDeleteResponse { $0.errorCode = .groupIDNotFound } }
        do throws(CoordinatorLogError) {
            let partition = try await locate(request.groupID)
            let (response, failure) = perform(partition) { shard, context, effects in
                shard.deleteOffsets(request, context, &effects)
            }
            if let failure { throw failure }
            return response
        } catch {
            let code = error.clientCode
            return OffsetDeleteResponse { $0.errorCode = code }
        }
    }
}

// MARK: Administration

extension GroupCoordinator {
    func list(_ request: ListGroupsRequest) -> ListGroupsResponse {
        discover()
        guard !topic.isLoading else { return ListGroupsResponse { $0.errorCode = .coordinatorLoadInProgress } }
        let states = Set(request.statesFilter.map { $0.lowercased() })
        let types = Set(request.typesFilter.map { $0.lowercased() })
        return ListGroupsResponse {
            $0.groups = shards.values.flatMap { $0.list(states: states, types: types) }
                .sorted { $0.groupID < $1.groupID }
        }
    }

    func describe(_ groupIDs: [String], _ client: GroupClient) async -> [DescribeGroupsResponse.Group] {
        var described: [DescribeGroupsResponse.Group] = []
        for groupID in groupIDs {
            do throws(CoordinatorLogError) {
                described.append(try shard(of: groupID).describe(groupID, apiVersion: client.apiVersion))
            } catch {
                let code = error.clientCode
                described.append(
                    DescribeGroupsResponse.Group {
                        $0.groupID = groupID
                        $0.errorCode = code
                    })
            }
        }
        return described
    }

    func delete(_ groupIDs: [String]) async -> [DeleteGroupsResponse.Group] {
        var results: [DeleteGroupsResponse.Group] = []
        var seen: Set<String> = []
        for groupID in groupIDs where seen.insert(groupID).inserted {
            let error = await delete(groupID)
            results.append(
                DeleteGroupsResponse.Group {
                    $0.groupID = groupID
                    $0.errorCode = error
                })
        }
        return results
    }

    private func delete(_ groupID: String) async -> ErrorCode {
        discover()
        if topic.partitionCount == nil { return .groupIDNotFound }
        do throws(CoordinatorLogError) {
            let partition = try await locate(groupID)
            let refusal = await deleteShareState(of: groupID, in: partition)
            guard refusal == .none else { return refusal }
            let (error, failure) = perform(partition) { shard, _, effects in
                shard.deleteGroup(groupID, &effects)
            }
            if let failure { throw failure }
            return error
        } catch { return error.clientCode }
    }
}

extension GroupCoordinator {
    /// Makes the partition of a group ready, by creating the topic if there is none.
    func prepare(_ groupID: String) async -> ErrorCode {
        do throws(CoordinatorLogError) {
            discover()
            try await topic.prepare(groupID)
            return .none
        } catch { return .coordinatorNotAvailable }
    }
}

// MARK: Consumer groups

extension GroupCoordinator {
    /// - Parameter mayDescribe: whether the client may see a topic that a pattern stands for.
    func heartbeat(
        _ request: ConsumerGroupHeartbeatRequest, _ client: GroupClient,
        mayDescribe: @escaping @Sendable (_ topic: String) -> Bool = { _ in true }
    ) async -> ConsumerGroupHeartbeatResponse {
        guard configuration.consumerProtocolEnabled else {
            return ConsumerGroupHeartbeatResponse { $0.errorCode = .unsupportedVersion }
        }
        do throws(CoordinatorLogError) {
            let partition = try await locate(request.groupID)
            let (response, failure) = perform(partition) { shard, context, effects in
                var context = context
                context.mayDescribe = mayDescribe
                return shard.heartbeat(request, client, context, &effects)
            }
            if let failure { throw failure }
            return response
        } catch {
            let (code, message) = (error.clientCode, error.message)
            return ConsumerGroupHeartbeatResponse {
                $0.errorCode = code
                $0.errorMessage = message
            }
        }
    }

    func describeConsumerGroups(_ groupIDs: [String]) async -> [ConsumerGroupDescribeResponse.DescribedGroup] {
        var described: [ConsumerGroupDescribeResponse.DescribedGroup] = []
        for groupID in groupIDs {
            do throws(CoordinatorLogError) {
                if !configuration.consumerProtocolEnabled {
                    throw CoordinatorLogError(code: .unsupportedVersion, message: "")
                }
                if groupID.isEmpty { throw CoordinatorLogError(code: .invalidGroupID, message: "") }
                described.append(
                    try shard(of: groupID).describeConsumerGroup(groupID, configuration, topics))
            } catch {
                let code = error.clientCode
                described.append(
                    ConsumerGroupDescribeResponse.DescribedGroup {
                        $0.groupID = groupID
                        $0.errorCode = code
                    })
            }
        }
        return described
    }
}
