// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

@Suite("Server-side assignors")
struct AssignorTests {
    private static let topics = (0..<6).map { KafkaUUID(high: UInt64($0), low: 0) }

    private static func member(
        _ id: String, _ topics: [Int], current: Assignment = [:], instance: String? = nil
    ) -> AssignedMember {
        AssignedMember(
            memberID: id, instanceID: instance, topicIDs: Set(topics.map { self.topics[$0] }), current: current)
    }

    private static func counts(_ counts: Int32...) -> [KafkaUUID: Int32] {
        Dictionary(uniqueKeysWithValues: counts.enumerated().map { (topics[$0], $1) })
    }

    private static func size(_ assignment: Assignment?) -> Int { assignment?.values.reduce(0) { $0 + $1.count } ?? 0 }

    /// Every partition of a subscribed topic has one owner, who subscribes to it.
    private static func check(
        _ result: [String: Assignment], _ members: [AssignedMember], _ counts: [KafkaUUID: Int32]
    ) {
        #expect(Set(result.keys) == Set(members.map(\.memberID)))
        var seen: [KafkaUUID: [Int32]] = [:]
        for member in members {
            for (topic, partitions) in result[member.memberID]! {
                #expect(member.topicIDs.contains(topic))
                #expect(!partitions.isEmpty)
                seen[topic, default: []] += partitions
            }
        }
        for (topic, count) in counts {
            let isRead = members.contains { $0.topicIDs.contains(topic) }
            #expect(seen[topic, default: []].sorted() == (isRead ? Array(0..<count) : []))
        }
    }

    @Test("Range gives each member the same range of topics of the same size")
    func range() {
        let members = [Self.member("b", [0, 1]), Self.member("a", [0, 1])]
        let result = RangeAssignor().assign(members, partitionCounts: Self.counts(3, 3))
        #expect(result["a"] == [Self.topics[0]: [0, 1], Self.topics[1]: [0, 1]])
        #expect(result["b"] == [Self.topics[0]: [2], Self.topics[1]: [2]])
    }

    @Test("Range puts static members first, by their instances")
    func rangeStatic() {
        let members = [
            Self.member("a", [0]), Self.member("z", [0], instance: "i1"), Self.member("y", [0], instance: "i2"),
        ]
        let result = RangeAssignor().assign(members, partitionCounts: Self.counts(3))
        #expect(result["z"] == [Self.topics[0]: [0]])
        #expect(result["y"] == [Self.topics[0]: [1]])
        #expect(result["a"] == [Self.topics[0]: [2]])
    }

    @Test("Members without partitions get an empty assignment")
    func moreMembersThanPartitions() {
        let members = ["a", "b", "c"].map { Self.member($0, [0]) }
        for assignor in PartitionAssignors.byName.values {
            let result = assignor.assign(members, partitionCounts: Self.counts(2))
            Self.check(result, members, Self.counts(2))
            #expect(result["c"] == [:])
            #expect(assignor.assign([], partitionCounts: [:]).isEmpty)
        }
    }

    @Test("Uniform moves no more than balance needs when members come and go")
    func uniformIsSticky() {
        let counts = Self.counts(6, 6)
        var members = [Self.member("a", [0, 1])]
        var result = UniformAssignor().assign(members, partitionCounts: counts)
        #expect(Self.size(result["a"]) == 12)
        members = [Self.member("a", [0, 1], current: result["a"]!), Self.member("b", [0, 1])]
        result = UniformAssignor().assign(members, partitionCounts: counts)
        #expect(Self.size(result["a"]) == 6 && Self.size(result["b"]) == 6)
        #expect(result["a"]!.isContained(in: members[0].current))
        members = [
            Self.member("a", [0, 1], current: result["a"]!), Self.member("b", [0, 1], current: result["b"]!),
            Self.member("c", [0, 1]),
        ]
        result = UniformAssignor().assign(members, partitionCounts: counts)
        #expect(["a", "b", "c"].map { Self.size(result[$0]) } == [4, 4, 4])
        #expect(result["a"]!.isContained(in: members[0].current) && result["b"]!.isContained(in: members[1].current))
        let left = [
            Self.member("a", [0, 1], current: result["a"]!), Self.member("c", [0, 1], current: result["c"]!),
        ]
        let last = UniformAssignor().assign(left, partitionCounts: counts)
        #expect(result["a"]!.isContained(in: last["a"]!) && result["c"]!.isContained(in: last["c"]!))
    }

    @Test("Random members and subscriptions are assigned completely, and evenly when all subscribe alike")
    func random() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let counts = Dictionary(
                uniqueKeysWithValues: Self.topics.map { ($0, Int32.random(in: 0...12, using: &random)) })
            let alike = Bool.random(using: &random)
            let same = (0..<6).filter { _ in Bool.random(using: &random) }
            var members = (0..<Int.random(in: 1...7, using: &random)).map { index in
                Self.member("m\(index)", alike ? same : (0..<6).filter { _ in Bool.random(using: &random) })
            }
            for (name, assignor) in PartitionAssignors.byName {
                let result = assignor.assign(members, partitionCounts: counts)
                Self.check(result, members, counts)
                if alike && name == "uniform" {
                    let sizes = result.values.map { Self.size($0) }
                    #expect(sizes.max()! - sizes.min()! <= 1, "seed \(seed)")
                    // Nothing moves without need.
                    for index in members.indices { members[index].current = result[members[index].memberID]! }
                    #expect(assignor.assign(members, partitionCounts: counts) == result, "seed \(seed)")
                }
            }
        }
    }
}

/// Random numbers that can be had again by their seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
