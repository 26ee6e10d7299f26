// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("The steps from one node to a cluster")
struct GrowthStepTests {
    static let plan = GrowthPlan(
        clusterID: "MkU3OEVBNTcwNTJENDM2Qg", first: 1, directory: "/data", topicIDs: [.random()],
        nodes: try! GrowthNode.list("2@b:9092:9093,1@a:9092:9093,3@c:9092:9093"))

    static func quorum(_ leader: Int32, _ hasTopics: Bool?, _ ends: [Int32: Int64]) -> GrowthView.Quorum {
        GrowthView.Quorum(leader: leader, hasTopics: hasTopics, ends: ends)
    }

    @Test(
        "One more node is named each time, once those before it have the metadata",
        arguments: [
            (GrowthView(reachable: []), GrowthStep.startFirst(andThen: 2)),
            (GrowthView(reachable: [1]), .start(2)),
            (GrowthView(reachable: [3]), .startFirst(andThen: nil)),
            (GrowthView(reachable: [1, 2]), .waitForLeader),
            (GrowthView(reachable: [1, 2, 3], quorum: quorum(2, nil, [1: 131, 2: 131, 3: 131])), .waitForLeader),
            (GrowthView(reachable: [1, 2], quorum: quorum(1, nil, [1: 130, 2: 0, 3: -1])), .waitFor(2, lag: 130)),
            (GrowthView(reachable: [1, 2], quorum: quorum(1, true, [1: 131, 2: 130, 3: -1])), .start(3)),
            (GrowthView(reachable: [1, 3], quorum: quorum(1, true, [1: 131, 2: -1, 3: 130])), .start(2)),
            (
                GrowthView(reachable: [1, 2, 3], quorum: quorum(1, true, [1: 131, 2: 131, 3: 5])), .waitFor(3, lag: 126)
            ),
            (GrowthView(reachable: [1, 2, 3], quorum: quorum(2, true, [1: 131, 2: 131, 3: 130])), .spread),
            (
                GrowthView(reachable: [2, 3], quorum: quorum(2, true, [1: 120, 2: 131, 3: 131])),
                .startFirst(andThen: nil)
            ),
        ])
    func steps(_ view: GrowthView, _ step: GrowthStep) {
        #expect(GrowthStep(Self.plan, view) == step)
    }

    @Test(
        "Nodes that lead without the metadata are to be stopped, whoever is there",
        arguments: [
            GrowthView(reachable: [2, 3], quorum: quorum(2, false, [1: -1, 2: 12, 3: 12])),
            GrowthView(reachable: [2, 3]), GrowthView(reachable: [2, 3], quorum: quorum(2, nil, [2: 12, 3: 12])),
            GrowthView(reachable: [1, 2, 3], quorum: quorum(3, false, [1: 99, 2: 99, 3: 99])),
        ])
    func strangers(_ view: GrowthView) {
        #expect(GrowthStep(Self.plan, view) == .stopStrangers([2, 3]))
    }

    @Test("Partitions keep the replica that they have, and their leaders are on all nodes")
    func targets() {
        let spread = GrowthSpread(nodes: [1, 2, 3])
        #expect((0..<3).map { spread.target([1], number: $0) } == [[1, 2, 3], [2, 3, 1], [3, 1, 2]])
        #expect(spread.target([1, 2, 3], number: 0) == nil)
        let five = GrowthSpread(nodes: [1, 2, 3, 4, 5])
        for number in 0..<10 {
            let replicas = five.target([1], number: number) ?? []
            #expect(Set(replicas).count == 3 && replicas.contains(1))
        }
        #expect(Set((0..<5).compactMap { five.target([1], number: $0)?.first }).count > 2)
    }

    @Test(
        "Lists of nodes that make no cluster are refused, and say why",
        arguments: [
            ("1@a:9092:9093,2@b:9092:9093", "2 nodes are given"),
            ("1@a:9092:9093,1@b:9092:9093,3@c:1:2", "Node 1 is given twice"),
            ("1@a:9092:9092,2@b:1:2,3@c:1:2", "a:9092 is given twice"),
            ("1@a:9092,2@b:1:2,3@c:1:2", "Invalid node '1@a:9092'"),
            ("x@a:9092:9093", "Invalid node"), ("1@a:0:9093", "Invalid node"), ("1@::1:9092:9093", "Invalid node"),
            ("", "0 nodes"),
        ])
    func lists(_ text: String, _ words: String) {
        let error = #expect(throws: CommandError.self) { try GrowthNode.list(text) }
        #expect(error.map { "\($0)".contains(words) } == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test("A host may be an address of IPv6 in brackets")
    func brackets() throws {
        #expect(try GrowthNode(parsing: "1@[::1]:9092:9093").host == "[::1]")
    }
}
