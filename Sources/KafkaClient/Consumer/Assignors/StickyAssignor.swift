// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Shares evenly, and leaves partitions where they are as far as that allows (KIP-54).
enum StickyAssignor: Assignor {
    static func assign(_ members: [GroupMember], _ partitionCounts: [String: Int32]) -> GroupAssignment {
        var table = Table(members, partitionCounts)
        table.keepOwned()
        table.assignRest()
        table.balance()
        return table.assignment.mapValues { $0.sorted() }
    }

    private struct Table {
        let members: [GroupMember]
        let partitionCounts: [String: Int32]
        /// For each topic the members that want it, in order.
        let candidates: [String: [String]]
        var assignment: GroupAssignment
        var owner: [TopicPartition: String] = [:]

        init(_ members: [GroupMember], _ partitionCounts: [String: Int32]) {
            self.members = members.inAssignmentOrder
            self.partitionCounts = partitionCounts
            assignment = members.emptyAssignment
            var candidates: [String: [String]] = [:]
            for member in self.members {
                for topic in Set(member.topics) where partitionCounts[topic] != nil {
                    candidates[topic, default: []].append(member.id)
                }
            }
            self.candidates = candidates
        }

        func load(_ member: String) -> Int { assignment[member]?.count ?? 0 }

        /// What members own stays with them; of two that claim the same partition, the one of the later generation.
        mutating func keepOwned() {
            var claims: [TopicPartition: (member: String, generation: Int32, isContested: Bool)] = [:]
            for member in members {
                let topics = Set(member.topics)
                for partition in Set(member.owned) {
                    guard topics.contains(partition.topic), let count = partitionCounts[partition.topic],
                        (0..<count).contains(partition.partition)
                    else { continue }
                    if let other = claims[partition] {
                        if other.generation == member.generation {
                            claims[partition]?.isContested = true
                        } else if other.generation < member.generation {
                            claims[partition] = (member.id, member.generation, false)
                        }
                    } else {
                        claims[partition] = (member.id, member.generation, false)
                    }
                }
            }
            for (partition, claim) in claims.sorted(by: { $0.key < $1.key }) where !claim.isContested {
                owner[partition] = claim.member
                assignment[claim.member, default: []].append(partition)
            }
        }

        /// Partitions without an owner go to whoever has least.
        mutating func assignRest() {
            // Those that few members want come first, so that balance is still possible for the others.
            let topics = candidates.sorted { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
            for (topic, interested) in topics {
                for index in 0..<(partitionCounts[topic] ?? 0) {
                    let partition = TopicPartition(topic, index)
                    guard owner[partition] == nil else { continue }
                    guard let member = interested.min(by: { load($0) < load($1) }) else { continue }
                    owner[partition] = member
                    assignment[member, default: []].append(partition)
                }
            }
        }

        /// Moves a partition from who has most to someone who has at least two fewer, again and again, until nobody
        /// gains by another move.
        mutating func balance() {
            while let (partition, giver, taker) = nextMove() {
                assignment[giver]?.removeAll { $0 == partition }
                assignment[taker, default: []].append(partition)
                owner[partition] = taker
            }
        }

        private func nextMove() -> (TopicPartition, giver: String, taker: String)? {
            for giver in members.map(\.id).sorted(by: { load($0) > load($1) }) {
                var best: (partition: TopicPartition, taker: String)?
                for partition in (assignment[giver] ?? []).sorted().reversed() {
                    guard let taker = candidates[partition.topic]?.min(by: { load($0) < load($1) }),
                        load(taker) + 1 < load(giver)
                    else { continue }
                    if best.map({ load(taker) < load($0.taker) }) ?? true { best = (partition, taker) }
                }
                if let best { return (best.partition, giver, best.taker) }
            }
            return nil
        }
    }
}

/// As sticky, but a partition that moves is first given up by its owner, and assigned in the rebalance that follows
/// (KIP-429).
enum CooperativeStickyAssignor: Assignor {
    static func assign(_ members: [GroupMember], _ partitionCounts: [String: Int32]) -> GroupAssignment {
        var owners: [TopicPartition: Set<String>] = [:]
        for member in members {
            for partition in member.owned { owners[partition, default: []].insert(member.id) }
        }
        var assignment = StickyAssignor.assign(members, partitionCounts)
        for (member, partitions) in assignment {
            assignment[member] = partitions.filter { partition in
                guard let owners = owners[partition] else { return true }
                return owners.subtracting([member]).isEmpty
            }
        }
        return assignment
    }
}
