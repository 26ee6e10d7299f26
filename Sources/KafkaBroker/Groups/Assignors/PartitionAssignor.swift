// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Distributes the partitions of subscribed topics over the members of a consumer group.
protocol PartitionAssignor: Sendable {
    /// Every member has an entry in the result, if only an empty one.
    func assign(_ members: [AssignedMember], partitionCounts: [KafkaUUID: Int32]) -> [String: Assignment]
}

/// A member, as an assignor sees it.
struct AssignedMember: Sendable {
    var memberID: String
    var instanceID: String?
    /// Those subscribed topics that exist.
    var topicIDs: Set<KafkaUUID>
    /// What it was assigned before.
    var current: Assignment
}

enum PartitionAssignors {
    /// The assignors by the names that members ask for.
    static let byName: [String: any PartitionAssignor] = ["range": RangeAssignor(), "uniform": UniformAssignor()]
}

/// Gives each member a range of every topic, so that partitions with the same number come together.
struct RangeAssignor: PartitionAssignor {
    func assign(_ members: [AssignedMember], partitionCounts: [KafkaUUID: Int32]) -> [String: Assignment] {
        var result = Dictionary(members.map { ($0.memberID, Assignment()) }) { first, _ in first }
        let ordered = members.sorted(by: Self.precedes)
        for (topicID, count) in partitionCounts {
            let subscribers = ordered.filter { $0.topicIDs.contains(topicID) }
            guard !subscribers.isEmpty else { continue }
            let (share, extra) = count.quotientAndRemainder(dividingBy: Int32(subscribers.count))
            var start: Int32 = 0
            for (index, member) in subscribers.enumerated() {
                let end = start + share + (index < extra ? 1 : 0)
                if start < end { result[member.memberID]![topicID] = Set(start..<end) }
                start = end
            }
        }
        return result
    }

    /// Static members first, by their instances: those outlive a restart, and with them the ranges.
    private static func precedes(_ left: AssignedMember, _ right: AssignedMember) -> Bool {
        switch (left.instanceID, right.instanceID) {
        case (let left?, let right?): left < right
        case (_?, nil): true
        case (nil, _?): false
        case (nil, nil): left.memberID < right.memberID
        }
    }
}

/// Gives all members the same number of partitions, give or take one, as far as subscriptions allow, and moves as
/// few as possible for it.
struct UniformAssignor: PartitionAssignor {
    func assign(_ members: [AssignedMember], partitionCounts: [KafkaUUID: Int32]) -> [String: Assignment] {
        let members = members.sorted { $0.memberID < $1.memberID }
        var plan = Plan(members, partitionCounts)
        plan.keepCurrent(members)
        plan.assignRest()
        plan.balance()
        return Dictionary(zip(members.map(\.memberID), plan.assignments)) { first, _ in first }
    }

    private struct Plan {
        /// By position of the member, as everything here.
        var assignments: [Assignment]
        var sizes: [Int]
        /// Topics whose partitions have the fewest takers first, since others can give way.
        let topics: [(id: KafkaUUID, count: Int32, subscribers: [Int])]
        var owners: [KafkaUUID: [Int?]] = [:]

        init(_ members: [AssignedMember], _ partitionCounts: [KafkaUUID: Int32]) {
            assignments = Array(repeating: [:], count: members.count)
            sizes = Array(repeating: 0, count: members.count)
            topics =
                partitionCounts.map { id, count in
                    (id, count, members.indices.filter { members[$0].topicIDs.contains(id) })
                }
                .filter { !$0.subscribers.isEmpty }
                .sorted { ($0.subscribers.count, $0.id) < ($1.subscribers.count, $1.id) }
            for topic in topics { owners[topic.id] = Array(repeating: nil, count: Int(topic.count)) }
        }

        mutating func give(_ topicID: KafkaUUID, _ partition: Int, to member: Int) {
            if let owner = owners[topicID]![partition] {
                sizes[owner] -= 1
                assignments[owner][topicID]!.remove(Int32(partition))
                if assignments[owner][topicID]!.isEmpty { assignments[owner][topicID] = nil }
            }
            owners[topicID]![partition] = member
            sizes[member] += 1
            assignments[member][topicID, default: []].insert(Int32(partition))
        }

        mutating func keepCurrent(_ members: [AssignedMember]) {
            let quotas = self.quotas(members)
            for topic in topics {
                for member in topic.subscribers {
                    for partition in members[member].current[topic.id]?.sorted() ?? [] {
                        guard partition >= 0, partition < topic.count, owners[topic.id]![Int(partition)] == nil,
                            sizes[member] < quotas[member]
                        else { continue }
                        give(topic.id, Int(partition), to: member)
                    }
                }
            }
        }

        /// How many partitions each member may keep: when all subscribe alike, an even share, and one more for those
        /// that have the most; else all, for `balance` to even out.
        private func quotas(_ members: [AssignedMember]) -> [Int] {
            guard let first = members.first, members.allSatisfy({ $0.topicIDs == first.topicIDs }) else {
                return Array(repeating: .max, count: members.count)
            }
            let total = topics.reduce(0) { $0 + Int($1.count) }
            let (share, extra) = total.quotientAndRemainder(dividingBy: members.count)
            let sizes = members.map { $0.current.values.reduce(0) { $0 + $1.count } }
            var quotas = Array(repeating: share, count: members.count)
            for member in members.indices.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }).prefix(extra) {
                quotas[member] += 1
            }
            return quotas
        }

        /// Each unassigned partition goes to the subscriber that has the fewest.
        mutating func assignRest() {
            for topic in topics {
                for partition in 0..<Int(topic.count) where owners[topic.id]![partition] == nil {
                    give(topic.id, partition, to: leastLoaded(topic.subscribers))
                }
            }
        }

        /// Moves partitions from members that have at least two more than another that could take them. When all
        /// subscribe alike, one round is enough; otherwise each round brings it closer, and there is an end to it.
        mutating func balance() {
            for _ in 0..<16 {
                var hasMoved = false
                for topic in topics {
                    for partition in 0..<Int(topic.count) {
                        let owner = owners[topic.id]![partition]!
                        let taker = leastLoaded(topic.subscribers)
                        guard sizes[owner] > sizes[taker] + 1 else { continue }
                        give(topic.id, partition, to: taker)
                        hasMoved = true
                    }
                }
                if !hasMoved { return }
            }
        }

        private func leastLoaded(_ subscribers: [Int]) -> Int { subscribers.min { sizes[$0] < sizes[$1] }! }
    }
}
