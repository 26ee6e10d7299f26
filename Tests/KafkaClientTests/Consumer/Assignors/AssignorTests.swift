// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite struct AssignorTests {
    private func members(_ topics: [String: [String]]) -> [GroupMember] {
        topics.map { GroupMember(id: $0.key, topics: $0.value) }
    }

    private func partitions(_ text: [String]?) -> [TopicPartition]? {
        text?.map { part in
            let pieces = part.split(separator: "-")
            return TopicPartition(String(pieces[0]), Int32(pieces[1])!)
        }
    }

    @Test("Range gives each member a run of each topic, the first ones one more")
    func range() {
        let assignment = RangeAssignor.assign(members(["a": ["x", "y"], "b": ["x", "y"]]), ["x": 3, "y": 3])
        #expect(assignment["a"] == partitions(["x-0", "x-1", "y-0", "y-1"]))
        #expect(assignment["b"] == partitions(["x-2", "y-2"]))
    }

    @Test("Static members come first, by instance id, so that they keep their share")
    func staticMembers() {
        let all = [
            GroupMember(id: "a", topics: ["x"]), GroupMember(id: "z", instanceID: "1", topics: ["x"]),
            GroupMember(id: "y", instanceID: "2", topics: ["x"]),
        ]
        let assignment = RangeAssignor.assign(all, ["x": 3])
        #expect(assignment["z"] == partitions(["x-0"]))
        #expect(assignment["y"] == partitions(["x-1"]))
        #expect(assignment["a"] == partitions(["x-2"]))
    }

    @Test("Round robin deals out all partitions in turn")
    func roundRobin() {
        let assignment = RoundRobinAssignor.assign(
            members(["a": ["x"], "b": ["x", "y"], "c": ["x", "y", "z"]]), ["x": 1, "y": 2, "z": 3])
        #expect(assignment["a"] == partitions(["x-0"]))
        #expect(assignment["b"] == partitions(["y-0"]))
        #expect(assignment["c"] == partitions(["y-1", "z-0", "z-1", "z-2"]))
    }

    @Test("Every partition has exactly one member that wants it, and loads differ by one at most", arguments: 0..<50)
    func properties(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let topics = (0...random.next(5)).map { "t\($0)" }
        let counts = Dictionary(uniqueKeysWithValues: topics.map { ($0, Int32(1 + random.next(12))) })
        let all = (0...random.next(9)).map { GroupMember(id: "m\($0)", topics: topics) }
        for assignor in AssignorName.allCases {
            let assignment = assignor.assign(all, counts)
            let given = assignment.values.flatMap { $0 }
            #expect(given.count == Set(given).count, "seed \(seed), \(assignor)")
            #expect(given.count == counts.values.reduce(0) { $0 + Int($1) }, "seed \(seed), \(assignor)")
            #expect(Set(assignment.keys) == Set(all.map(\.id)))
            let loads = assignment.values.map(\.count)
            // Range shares out each topic by itself.
            if assignor != .range { #expect(loads.max()! - loads.min()! <= 1, "seed \(seed), \(assignor): \(loads)") }
        }
    }

    @Test(
        "With different subscriptions nobody gets what it does not want, and nobody could gain by a move",
        arguments: 0..<50)
    func mixedSubscriptions(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let topics = (0..<5).map { "t\($0)" }
        let counts = Dictionary(uniqueKeysWithValues: topics.map { ($0, Int32(1 + random.next(8))) })
        let all = (0...random.next(6)).map { index in
            GroupMember(id: "m\(index)", topics: topics.filter { _ in random.next(2) == 0 })
        }
        let wanted = Set(all.flatMap(\.topics))
        let expected = counts.filter { wanted.contains($0.key) }.values.reduce(0) { $0 + Int($1) }
        for assignor in AssignorName.allCases {
            let assignment = assignor.assign(all, counts)
            let given = assignment.values.flatMap { $0 }
            #expect(given.count == Set(given).count && given.count == expected, "seed \(seed), \(assignor)")
            for member in all {
                #expect(assignment[member.id]!.allSatisfy { member.topics.contains($0.topic) }, "seed \(seed)")
            }
            guard assignor == .sticky else { continue }
            for giver in all {
                for partition in assignment[giver.id]! {
                    for taker in all where taker.topics.contains(partition.topic) {
                        #expect(
                            assignment[taker.id]!.count + 1 >= assignment[giver.id]!.count,
                            "seed \(seed): \(partition) could move from \(giver.id) to \(taker.id)")
                    }
                }
            }
        }
    }

    @Test("Sticky moves only what balance demands when a member comes or goes", arguments: 0..<50)
    func stickiness(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let counts: [String: Int32] = ["x": Int32(1 + random.next(20)), "y": Int32(1 + random.next(20))]
        let total = counts.values.reduce(0) { $0 + Int($1) }
        var all = (0...(1 + random.next(6))).map { GroupMember(id: "m\($0)", topics: ["x", "y"]) }
        let before = StickyAssignor.assign(all, counts)
        for index in all.indices {
            all[index].owned = before[all[index].id]!
            all[index].generation = 1
        }
        #expect(StickyAssignor.assign(all, counts) == before, "seed \(seed)")
        // One more: it gets its share, and nothing else moves.
        let joined = all + [GroupMember(id: "new", topics: ["x", "y"])]
        let after = StickyAssignor.assign(joined, counts)
        let moved = all.reduce(0) { $0 + Set(before[$1.id]!).subtracting(after[$1.id]!).count }
        #expect(moved == after["new"]!.count, "seed \(seed)")
        #expect(after["new"]!.count == total / joined.count, "seed \(seed)")
        // One fewer: only what it had moves.
        let gone = all.removeLast()
        let without = StickyAssignor.assign(all, counts)
        for member in all {
            #expect(Set(before[member.id]!).isSubset(of: without[member.id]!), "seed \(seed), without \(gone.id)")
        }
    }

    @Test("A cooperative member gets a partition only after its owner has given it up")
    func cooperative() {
        let owned = (0..<4).map { TopicPartition("x", $0) }
        let old = GroupMember(id: "a", topics: ["x"], owned: owned, generation: 1)
        let new = GroupMember(id: "b", topics: ["x"])
        let first = CooperativeStickyAssignor.assign([old, new], ["x": 4])
        #expect(first["a"]!.count == 2 && first["b"]!.isEmpty)
        let released = GroupMember(id: "a", topics: ["x"], owned: first["a"]!, generation: 2)
        let second = CooperativeStickyAssignor.assign([released, new], ["x": 4])
        #expect(second["a"] == first["a"])
        #expect(Set(second["b"]!) == Set(owned).subtracting(first["a"]!))
    }

    @Test("Of two that claim a partition, the one of the later generation has it; of the same, neither")
    func claims() {
        let partition = TopicPartition("x", 0)
        let stale = GroupMember(id: "a", topics: ["x"], owned: [partition], generation: 1)
        let fresh = GroupMember(id: "b", topics: ["x"], owned: [partition], generation: 2)
        #expect(StickyAssignor.assign([stale, fresh], ["x": 1])["b"] == [partition])
    }

    @Test("Names of Java's classes and short names mean the same")
    func names() {
        #expect(AssignorName("org.apache.kafka.clients.consumer.CooperativeStickyAssignor") == .cooperativeSticky)
        #expect(AssignorName("roundrobin") == .roundRobin)
        #expect(AssignorName("fair") == nil)
    }
}
