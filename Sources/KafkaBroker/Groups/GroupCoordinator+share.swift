// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging

/// What share groups need of the share coordinator.
protocol ShareStates: Sendable {
    /// Puts a share partition at an offset (-1: wherever its leader finds), with nothing in flight.
    func initialize(_ key: SharePartitionKey, stateEpoch: Int32, startOffset: Int64) async throws(ShareError)
    func delete(_ key: SharePartitionKey) async throws(ShareError)
    /// Nil if the share partition is not known.
    func summary(_ key: SharePartitionKey) async throws(ShareError) -> ShareGroupState?
}

extension ShareCoordinator: ShareStates {}

// MARK: Membership

extension GroupCoordinator {
    func heartbeat(
        _ request: ShareGroupHeartbeatRequest, _ client: GroupClient
    ) async -> ShareGroupHeartbeatResponse {
        do throws(CoordinatorLogError) {
            let shares = try shareStates()
            let partition = try await locate(request.groupID)
            var (answer, failure) = perform(partition) { shard, context, effects in
                shard.heartbeat(request, client, context, &effects)
            }
            if let failure { throw failure }
            guard !answer.uninitialized.isEmpty else { return answer.response }
            if await beginInitialization(request.groupID) {
                await initialize(answer.uninitialized, request.groupID, partition, shares)
            }
            // The member hears of the partitions now, and not only with its next heartbeat.
            var again = request
            again.memberEpoch = answer.response.memberEpoch
            let second = perform(partition) { shard, context, effects in
                shard.heartbeat(again, client, context, &effects)
            }
            guard second.failure == nil, second.answer.response.errorCode == .none else { return answer.response }
            let first = answer.response
            answer.response = second.answer.response
            if answer.response.assignment == nil { answer.response.assignment = first.assignment }
            return answer.response
        } catch {
            let (code, message) = (error.clientCode, error.message.isEmpty ? nil : error.message)
            return ShareGroupHeartbeatResponse { ($0.errorCode, $0.errorMessage) = (code, message) }
        }
    }

    func shareStates() throws(CoordinatorLogError) -> any ShareStates {
        guard configuration.shareProtocolEnabled, let shares else { throw Self.shareGroupsOff }
        return shares
    }

    /// Has the share coordinator keep partitions; those that it can't are tried again with a later heartbeat.
    private func initialize(
        _ keys: [SharePartitionKey], _ groupID: String, _ partition: Int32, _ shares: any ShareStates
    ) async {
        defer { endInitialization(groupID) }
        guard let group = shards[partition]?.shareGroups[groupID] else { return }
        var (done, failed): ([SharePartitionKey], [SharePartitionKey]) = ([], [])
        for key in keys {
            do throws(ShareError) {
                // A partition that came later than its topic is read from its beginning: nothing is to be missed.
                let start: Int64 = group.initialized[key.topicID] == nil ? -1 : 0
                try await shares.initialize(key, stateEpoch: group.epoch, startOffset: start)
                done.append(key)
            } catch {
                warnings.log(
                    .warning, "share states that can't be initialized",
                    "Can't initialize the share state of \(key.coordinatorKey): \(error)")
                failed.append(key)
            }
        }
        guard shards[partition] != nil else { return }
        let (succeeded, refused) = (done, failed)
        _ = perform(partition) { shard, context, effects in
            shard.initialized(groupID, succeeded, failed: refused, context.topics, &effects)
        }
    }
}

// MARK: Administration

extension GroupCoordinator {
    func describeShareGroups(_ groupIDs: [String]) async -> [ShareGroupDescribeResponse.DescribedGroup] {
        var described: [ShareGroupDescribeResponse.DescribedGroup] = []
        for groupID in groupIDs {
            do throws(CoordinatorLogError) {
                _ = try shareStates()
                if groupID.isEmpty { throw CoordinatorLogError(code: .invalidGroupID, message: "") }
                described.append(try shard(of: groupID).describeShareGroup(groupID, topics))
            } catch {
                let code = error.clientCode
                described.append(.init { ($0.groupID, $0.errorCode) = (groupID, code) })
            }
        }
        return described
    }

    /// Has the share coordinator forget all of a group that is to be deleted.
    func deleteShareState(of groupID: String, in partition: Int32) async -> ErrorCode {
        guard shards[partition]?.shareGroups[groupID] != nil, let shares else { return .none }
        let (result, failure) = perform(partition) { shard, _, effects in
            Result { () throws(GroupError) in try shard.beginDeletion(groupID, of: nil, &effects) }
        }
        if let failure { return failure.clientCode }
        switch result {
        case .failure(let error): return error.code
        case .success(let keys):
            for key in keys {
                do throws(ShareError) { try await shares.delete(key) } catch { return error.code }
            }
            return .none
        }
    }

    func deleteShareOffsets(_ request: DeleteShareGroupOffsetsRequest) async -> DeleteShareGroupOffsetsResponse {
        do throws(CoordinatorLogError) {
            let shares = try shareStates()
            if request.groupID.isEmpty { throw CoordinatorLogError(code: .invalidGroupID, message: "") }
            discover()
            guard topic.partitionCount != nil else { throw Self.unknown(request.groupID) }
            let partition = try await locate(request.groupID)
            let known = shards[partition]?.shareGroups[request.groupID]?.initialized ?? [:]
            let found = Dictionary(
                request.topics.compactMap { topic in topics.topic(named: topic.topicName).map { ($0.name, $0.id) } }
            ) { first, _ in first }
            let wanted = Set(found.values).intersection(known.keys)
            let (result, failure) = perform(partition) { shard, _, effects in
                Result { () throws(GroupError) in try shard.beginDeletion(request.groupID, of: wanted, &effects) }
            }
            if let failure { throw failure }
            let errors = await delete(try Self.unwrap(result), shares)
            let deleted = wanted.filter { errors[$0] == nil }
            _ = perform(partition) { shard, _, effects in shard.forget(request.groupID, deleted, &effects) }
            return DeleteShareGroupOffsetsResponse {
                $0.responses = request.topics.map { topic in
                    .init {
                        $0.topicName = topic.topicName
                        $0.topicID = found[topic.topicName] ?? .zero
                        if found[topic.topicName] == nil {
                            $0.errorCode = .unknownTopicOrPartition
                        } else if !wanted.contains($0.topicID) {
                            $0.errorCode = .unknownTopicOrPartition
                            $0.errorMessage = "There is no offset information to delete."
                        } else if let error = errors[$0.topicID] {
                            ($0.errorCode, $0.errorMessage) = (error.code, error.message)
                        }
                    }
                }
            }
        } catch {
            let (code, message) = (error.clientCode, error.message.isEmpty ? nil : error.message)
            return DeleteShareGroupOffsetsResponse { ($0.errorCode, $0.errorMessage) = (code, message) }
        }
    }

    /// - Returns: why topics could not be forgotten.
    private func delete(_ keys: [SharePartitionKey], _ shares: any ShareStates) async -> [KafkaUUID: ShareError] {
        var errors: [KafkaUUID: ShareError] = [:]
        for key in keys {
            do throws(ShareError) { try await shares.delete(key) } catch { errors[key.topicID] = error }
        }
        return errors
    }

    /// Share groups have no use for topics that are gone.
    func forgetShareTopics(_ topicIDs: Set<KafkaUUID>) {
        for partition in shards.keys.sorted() {
            for groupID in shards[partition]!.shareGroups.keys.sorted() {
                _ = perform(partition) { shard, _, effects in shard.forget(groupID, topicIDs, &effects) }
            }
        }
    }

    /// What Kafka says while share.version is 0.
    static let shareGroupsOff = CoordinatorLogError(
        code: .unsupportedVersion, message: "")

    static func unknown(_ groupID: String) -> CoordinatorLogError {
        CoordinatorLogError(code: .groupIDNotFound, message: "Group \(groupID) not found.")
    }

    static func unwrap<Success>(_ result: Result<Success, GroupError>) throws(CoordinatorLogError) -> Success {
        switch result {
        case .success(let success): return success
        case .failure(let error): throw CoordinatorLogError(code: error.code, message: error.message)
        }
    }
}
