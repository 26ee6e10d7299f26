// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension GroupShard {
    /// - Returns: the answer, and the partitions that the share coordinator is to keep from now on.
    mutating func heartbeat(
        _ request: ShareGroupHeartbeatRequest, _ client: GroupClient, _ context: GroupContext,
        _ effects: inout GroupEffects
    ) -> (response: ShareGroupHeartbeatResponse, uninitialized: [SharePartitionKey]) {
        do throws(GroupError) {
            try ShareGroup.check(request)
            let isJoining = request.memberEpoch == MemberEpoch.join
            var draft = ShareGroupDraft(try shareGroup(request.groupID, creating: isJoining))
            guard request.memberEpoch != MemberEpoch.leave else {
                guard draft.group.members[request.memberID] != nil else {
                    throw GroupError(
                        .unknownMemberID,
                        "Member \(request.memberID) is not a member of group \(request.groupID).")
                }
                draft.remove(request.memberID, context, &effects)
                commit(draft, &effects)
                let response = ShareGroupHeartbeatResponse {
                    ($0.memberID, $0.memberEpoch) = (request.memberID, request.memberEpoch)
                }
                return (response, [])
            }
            let response = try draft.heartbeat(request, client, context, &effects)
            let missing = draft.group.uninitialized(context.topics)
            if !missing.isEmpty { draft.markInitializing(missing) }
            commit(draft, &effects)
            let keys = missing.flatMap { topicID, named in
                named.partitions.map { SharePartitionKey(request.groupID, topicID, $0) }
            }
            return (response, keys.sorted())
        } catch {
            let refusal = error
            effects = GroupEffects()
            let response = ShareGroupHeartbeatResponse {
                ($0.errorCode, $0.errorMessage) = (refusal.code, refusal.message)
            }
            return (response, [])
        }
    }

    /// A share group that exists, or a new one.
    func shareGroup(_ groupID: String, creating: Bool) throws(GroupError) -> ShareGroup {
        if let group = shareGroups[groupID] { return group }
        if hasGroup(groupID) { throw GroupError(.groupIDNotFound, "Group \(groupID) is not a share group.") }
        guard creating else { throw GroupError(.groupIDNotFound, "Group \(groupID) not found.") }
        return ShareGroup(groupID: groupID)
    }

    /// Has the records of a change written; it takes place when they are.
    mutating func commit(_ draft: ShareGroupDraft, _ effects: inout GroupEffects) {
        if draft.records.isEmpty {
            shareGroups[draft.group.groupID] = draft.group
        } else {
            effects.records += draft.records
            effects.completion = .shareChanged(draft.group)
        }
    }

    /// Removes a member that has been silent for too long.
    mutating func fenceShare(
        _ memberID: String, of groupID: String, _ context: GroupContext, _ effects: inout GroupEffects
    ) {
        guard let group = shareGroups[groupID], group.members[memberID] != nil else { return }
        var draft = ShareGroupDraft(group)
        draft.remove(memberID, context, &effects)
        commit(draft, &effects)
    }

    func describeShareGroup(
        _ groupID: String, _ topics: any TopicLookup
    ) -> ShareGroupDescribeResponse.DescribedGroup {
        if let group = shareGroups[groupID] { return group.described(topics) }
        return ShareGroupDescribeResponse.DescribedGroup {
            $0.groupID = groupID
            $0.errorCode = .groupIDNotFound
            $0.errorMessage =
                hasGroup(groupID) ? "Group \(groupID) is not a share group." : "Group \(groupID) not found."
        }
    }
}

// MARK: What the share coordinator keeps

extension GroupShard {
    /// The share coordinator keeps partitions of a group from now on, so that they can be assigned.
    /// - Parameter failed: partitions that are to be tried again.
    mutating func initialized(
        _ groupID: String, _ done: [SharePartitionKey], failed: [SharePartitionKey], _ topics: any TopicLookup,
        _ effects: inout GroupEffects
    ) {
        guard let group = shareGroups[groupID] else { return }
        var draft = ShareGroupDraft(group)
        draft.move(done, failed: failed, topics)
        draft.setRefreshDeadline(0)
        commit(draft, &effects)
    }

    /// An empty group is to be put elsewhere: a new epoch, which writes of an earlier one can't outlive.
    mutating func beginAlteration(
        _ groupID: String, _ context: GroupContext, _ effects: inout GroupEffects
    ) throws(GroupError) -> Int32 {
        let group = try emptyShareGroup(groupID, creating: true)
        var draft = ShareGroupDraft(group)
        let epoch = group.epoch.addingSaturating(1)
        draft.emit(group.epochRecord(epoch, hash: group.metadataHash))
        draft.emit(group.targetEpochRecord(epoch))
        commit(draft, &effects)
        return draft.group.epoch
    }

    /// The topics of an empty group that the share coordinator is to forget; nil stands for all.
    mutating func beginDeletion(
        _ groupID: String, of topicIDs: Set<KafkaUUID>?, _ effects: inout GroupEffects
    ) throws(GroupError) -> [SharePartitionKey] {
        let group = try emptyShareGroup(groupID, creating: false)
        var draft = ShareGroupDraft(group)
        let known = group.initialized.merging(group.initializing) { first, second in
            ShareGroup.NamedPartitions(name: first.name, partitions: first.partitions.union(second.partitions))
        }
        let gone = known.filter { topicIDs?.contains($0.key) ?? true }
        guard !gone.isEmpty else { return [] }
        draft.forget(Set(gone.keys), deleting: gone.mapValues(\.name))
        commit(draft, &effects)
        return gone.flatMap { topicID, named in
            named.partitions.map { SharePartitionKey(groupID, topicID, $0) }
        }.sorted()
    }

    /// The share coordinator has forgotten topics, or the topics are gone themselves.
    mutating func forget(_ groupID: String, _ topicIDs: Set<KafkaUUID>, _ effects: inout GroupEffects) {
        guard let group = shareGroups[groupID], !group.keptTopics.isDisjoint(with: topicIDs) else { return }
        var draft = ShareGroupDraft(group)
        draft.forget(topicIDs, deleting: [:])
        commit(draft, &effects)
    }

    private func emptyShareGroup(_ groupID: String, creating: Bool) throws(GroupError) -> ShareGroup {
        let group = try shareGroup(groupID, creating: creating)
        guard group.members.isEmpty else { throw GroupError(.nonEmptyGroup, "Group \(groupID) is not empty.") }
        return group
    }
}

extension ShareGroup {
    var keptTopics: Set<KafkaUUID> { Set(initializing.keys).union(initialized.keys).union(deleting.keys) }
}

extension ShareGroupDraft {
    mutating func markInitializing(_ partitions: [KafkaUUID: ShareGroup.NamedPartitions]) {
        let initializing = group.initializing.merging(partitions) { known, new in
            ShareGroup.NamedPartitions(name: new.name, partitions: known.partitions.union(new.partitions))
        }
        guard initializing != group.initializing else { return }
        emit(
            group.stateRecord(
                initializing: initializing, initialized: group.initialized,
                deleting: group.deleting.filter { partitions[$0.key] == nil }))
    }

    mutating func move(_ done: [SharePartitionKey], failed: [SharePartitionKey], _ topics: any TopicLookup) {
        var (initializing, initialized) = (group.initializing, group.initialized)
        for key in done + failed { initializing[key.topicID]?.partitions.remove(key.partition) }
        for key in done {
            let name = group.initializing[key.topicID]?.name ?? topics.topic(id: key.topicID)?.name ?? ""
            initialized[key.topicID, default: .init(name: name, partitions: [])].partitions.insert(key.partition)
        }
        initializing = initializing.filter { !$0.value.partitions.isEmpty }
        guard (initializing, initialized) != (group.initializing, group.initialized) else { return }
        emit(group.stateRecord(initializing: initializing, initialized: initialized, deleting: group.deleting))
    }

    mutating func forget(_ topicIDs: Set<KafkaUUID>, deleting: [KafkaUUID: String]) {
        emit(
            group.stateRecord(
                initializing: group.initializing.filter { !topicIDs.contains($0.key) },
                initialized: group.initialized.filter { !topicIDs.contains($0.key) },
                deleting: group.deleting.filter { !topicIDs.contains($0.key) }.merging(deleting) { $1 }))
    }
}
