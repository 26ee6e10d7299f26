// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Gives each member a run of each topic's partitions, so that equal keys of several topics meet.
enum RangeAssignor: Assignor {
    static func assign(_ members: [GroupMember], _ partitionCounts: [String: Int32]) -> GroupAssignment {
        var assignment = members.emptyAssignment
        let ordered = members.inAssignmentOrder
        for (topic, count) in partitionCounts.sorted(by: { $0.key < $1.key }) {
            let interested = ordered.filter { $0.topics.contains(topic) }
            guard !interested.isEmpty else { continue }
            let share = Int(count) / interested.count
            let extra = Int(count) % interested.count
            var next: Int32 = 0
            for (index, member) in interested.enumerated() {
                for _ in 0..<(share + (index < extra ? 1 : 0)) {
                    assignment[member.id, default: []].append(TopicPartition(topic, next))
                    next += 1
                }
            }
        }
        return assignment
    }
}

/// Deals out all partitions of all topics in turn.
enum RoundRobinAssignor: Assignor {
    static func assign(_ members: [GroupMember], _ partitionCounts: [String: Int32]) -> GroupAssignment {
        var assignment = members.emptyAssignment
        let ordered = members.inAssignmentOrder
        guard !ordered.isEmpty else { return assignment }
        var turn = 0
        for (topic, count) in partitionCounts.sorted(by: { $0.key < $1.key }) {
            guard ordered.contains(where: { $0.topics.contains(topic) }) else { continue }
            for partition in 0..<count {
                while !ordered[turn % ordered.count].topics.contains(topic) { turn += 1 }
                assignment[ordered[turn % ordered.count].id, default: []].append(TopicPartition(topic, partition))
                turn += 1
            }
        }
        return assignment
    }
}
