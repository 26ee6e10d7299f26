// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

extension GroupShard {
    var groupIDs: [String] { (Array(classicGroups.keys) + consumerGroups.keys).sorted() }

    /// - Parameters: lower-case names; none means all.
    func list(states: Set<String>, types: Set<String>) -> [ListGroupsResponse.Group] {
        let listed =
            classicGroups.values.map { $0.listed() } + consumerGroups.values.map { $0.listed() }
            + shareGroups.values.map { $0.listed() }
        return listed.filter { group in
            (states.isEmpty || states.contains(group.groupState.lowercased()))
                && (types.isEmpty || types.contains(group.groupType))
        }
    }

    /// A classic group; any other is dead, or since version 6 an error.
    func describe(_ groupID: String, apiVersion: Int16) -> DescribeGroupsResponse.Group {
        if let group = classicGroups[groupID] { return group.described() }
        return DescribeGroupsResponse.Group {
            $0.groupID = groupID
            $0.groupState = ClassicGroup.State.dead.rawValue
            guard apiVersion >= 6 else { return }
            $0.errorCode = .groupIDNotFound
            $0.errorMessage =
                hasGroup(groupID) ? "Group \(groupID) is not a classic group." : "Group \(groupID) not found."
        }
    }

    func describeConsumerGroup(
        _ groupID: String, _ configuration: GroupCoordinatorConfiguration, _ topics: any TopicLookup
    ) -> ConsumerGroupDescribeResponse.DescribedGroup {
        if let group = consumerGroups[groupID] { return group.described(configuration, topics) }
        return ConsumerGroupDescribeResponse.DescribedGroup {
            $0.groupID = groupID
            $0.errorCode = .groupIDNotFound
            $0.errorMessage =
                hasGroup(groupID) ? "Group \(groupID) is not a consumer group." : "Group \(groupID) not found."
        }
    }

    /// Whether nobody is in the group, or about to come.
    func isEmpty(_ groupID: String) -> Bool {
        if let group = classicGroups[groupID] { return group.state == .empty && group.pendingJoins.isEmpty }
        return consumerGroups[groupID]?.members.isEmpty ?? false
    }

    func offsetExpiry(of groupID: String) -> OffsetExpiry? {
        if let group = classicGroups[groupID] { return group.offsetExpiry }
        return consumerGroups[groupID] == nil ? nil : .sinceCommit
    }

    func isSubscribed(_ groupID: String, to topic: String) -> Bool {
        classicGroups[groupID]?.isSubscribed(to: topic)
            ?? consumerGroups[groupID]?.subscribedNames.contains(topic) ?? false
    }

    /// The records that remove a group, but for its offsets.
    func groupTombstones(_ groupID: String) -> [GroupRecord] {
        if let group = consumerGroups[groupID] { return group.tombstones }
        if let group = shareGroups[groupID] { return group.tombstones }
        return classicGroups[groupID] == nil ? [] : [.classicGroup(GroupMetadataKey { $0.group = groupID }, nil)]
    }
}
