// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A member of a group as the group's leader sees it.
struct GroupMember: Sendable, Hashable {
    var id: String
    var instanceID: String?
    var topics: [String]
    /// What the member has at the moment, as far as it says.
    var owned: [TopicPartition] = []
    /// The generation in which it got that; -1 if it does not say.
    var generation: Int32 = -1
}

/// Who gets which partitions.
typealias GroupAssignment = [String: [TopicPartition]]

/// How the leader of a classic group shares out partitions; pure, and the same on every client, so that leaders of
/// different make agree.
protocol Assignor {
    /// - Parameter partitionCounts: of the topics that exist.
    static func assign(_ members: [GroupMember], _ partitionCounts: [String: Int32]) -> GroupAssignment
}

extension AssignorName {
    func assign(_ members: [GroupMember], _ partitionCounts: [String: Int32]) -> GroupAssignment {
        switch self {
        case .range: RangeAssignor.assign(members, partitionCounts)
        case .roundRobin: RoundRobinAssignor.assign(members, partitionCounts)
        case .sticky: StickyAssignor.assign(members, partitionCounts)
        case .cooperativeSticky: CooperativeStickyAssignor.assign(members, partitionCounts)
        }
    }

    /// Whether members keep partitions through a rebalance and give up only those that move (KIP-429).
    var isCooperative: Bool { self == .cooperativeSticky }
}

extension [GroupMember] {
    /// In the order in which assignors serve them: static members by instance id first, then the others by id.
    var inAssignmentOrder: [GroupMember] {
        sorted { left, right in
            switch (left.instanceID, right.instanceID) {
            case (let left?, let right?): left < right
            case (_?, nil): true
            case (nil, _?): false
            case (nil, nil): left.id < right.id
            }
        }
    }

    /// Every member, with nothing assigned.
    var emptyAssignment: GroupAssignment { Dictionary(map { ($0.id, []) }) { first, _ in first } }
}
