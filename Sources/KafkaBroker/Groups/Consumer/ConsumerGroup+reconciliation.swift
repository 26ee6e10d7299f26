// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension ConsumerGroup.Member {
    /// One step of the member towards its target: first it gives up what it must, then it gets what is free.
    /// - Parameters:
    ///   - owned: the partitions that the member says it has; nil if it doesn't say.
    ///   - taken: the partitions that members own or have yet to give up.
    func reconciled(
        to target: Assignment, epoch targetEpoch: Int32, owned: Assignment?, taken: () -> Assignment
    ) throws(GroupError) -> Self {
        switch state {
        case .stable:
            epoch == targetEpoch ? self : next(to: target, targetEpoch, from: epoch, owned, taken())
        case .unrevokedPartitions:
            // It goes on only once it no longer reports what it was to give up.
            Self.owns(pendingRevocation, owned)
                ? self : next(to: target, targetEpoch, from: epoch.addingSaturating(1), owned, taken())
        case .unreleasedPartitions:
            next(to: target, targetEpoch, from: epoch, owned, taken())
        case .unknown where owned == [:]:
            next(to: target, targetEpoch, from: targetEpoch, owned, taken())
        case .unknown:
            throw GroupError(
                .fencedMemberEpoch,
                "The consumer group member is in a unknown state. The member must abandon all its partitions and "
                    + "rejoin."
            )
        }
    }

    private func next(
        to target: Assignment, _ targetEpoch: Int32, from epoch: Int32, _ owned: Assignment?, _ taken: Assignment
    ) -> Self {
        var kept: Assignment = [:]
        var revoked: Assignment = [:]
        var gained: Assignment = [:]
        var isWaiting = false
        for topicID in Set(target.keys).union(assigned.keys) {
            let wanted = target[topicID] ?? []
            let current = assigned[topicID] ?? []
            let missing = wanted.subtracting(current)
            let free = missing.subtracting(taken[topicID] ?? [])
            isWaiting = isWaiting || free.count < missing.count
            kept.set(topicID, current.intersection(wanted))
            revoked.set(topicID, current.subtracting(wanted))
            gained.set(topicID, free)
        }
        var member = self
        if !revoked.isEmpty && Self.owns(revoked, owned) {
            // The epoch stays until the member has let go.
            member.state = .unrevokedPartitions
            member.advance(to: epoch)
            member.assigned = kept
            member.pendingRevocation = revoked
        } else {
            member.state = isWaiting ? .unreleasedPartitions : .stable
            member.advance(to: targetEpoch)
            member.assigned = kept.merging(gained) { $0.union($1) }
            member.pendingRevocation = [:]
        }
        return member
    }

    /// Whether the member still has any of the partitions; without a word from it that is assumed.
    private static func owns(_ partitions: Assignment, _ owned: Assignment?) -> Bool {
        guard let owned else { return true }
        return owned.contains { topicID, numbers in !(partitions[topicID] ?? []).isDisjoint(with: numbers) }
    }
}

extension Assignment {
    /// Sets the partitions of a topic; a topic without any is left out.
    fileprivate mutating func set(_ topicID: KafkaUUID, _ partitions: Set<Int32>) {
        if !partitions.isEmpty { self[topicID] = partitions }
    }

    /// Whether every partition is also in the other one.
    func isContained(in other: Assignment) -> Bool {
        allSatisfy { topicID, partitions in partitions.isSubset(of: other[topicID] ?? []) }
    }
}
