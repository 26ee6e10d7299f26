// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker
@testable import KafkaHTTP

@Suite("The text of metrics")
struct MetricsTextTests {
    private func text(_ format: MetricsText.Format, _ body: (inout MetricsText) -> Void) -> String {
        var text = MetricsText(format)
        body(&text)
        return String(decoding: text.finish(), as: UTF8.self)
    }

    @Test("A counter is called by its samples' name in the older format, and without its end in OpenMetrics")
    func counters() {
        func write(_ text: inout MetricsText) {
            text.family("a_b", .counter, "What it is.")
            text.sample(.none, 3 as UInt64)
        }
        #expect(text(.prometheus, write) == "# HELP a_b_total What it is.\n# TYPE a_b_total counter\na_b_total 3\n")
        #expect(text(.openMetrics, write) == "# HELP a_b What it is.\n# TYPE a_b counter\na_b_total 3\n# EOF\n")
    }

    @Test("Values of labels are escaped, and numbers written as the format has them")
    func samples() {
        let labels = MetricsText.Labels("name", "a\"b\\c\nd").and("x", "é")
        let written = text(.prometheus) { text in
            text.family("g", .gauge, "G.")
            text.sample(labels, partition: 7, -1)
            text.sample(labels, seconds: 61_005)
            text.sample(.none, partition: 0, seconds: 99)
            text.sample(.none, Double.nan)
            text.sample(.none, -Double.infinity)
            text.sample(.none, Double.infinity)
        }
        #expect(
            written.split(separator: "\n").dropFirst(2) == [
                #"g{name="a\"b\\c\nd",x="é",partition="7"} -1"#, #"g{name="a\"b\\c\nd",x="é"} 61.005"#,
                #"g{partition="0"} 0.099"#, "g NaN", "g -Inf", "g +Inf",
            ])
    }

    @Test("A long name is cut, and stays another than those that begin alike")
    func longNames() {
        let names = ["x", "y"].map { String(repeating: "é", count: 10_000) + $0 }
        let lines = names.map { name in
            text(.prometheus) { text in
                text.family("g", .gauge, "G.")
                text.sample(MetricsText.Labels("client", name), 1)
            }
        }
        #expect(lines[0] != lines[1])
        #expect(lines.allSatisfy { $0.utf8.count < 400 })
    }

    @Test("Series of partitions are summed up where they are too many, and left out where that is too much as well")
    func budget() {
        var budget = SeriesBudget(limit: 100)
        var details = [budget.detail(partitions: 60, topics: 10), budget.detail(partitions: 60, topics: 10)]
        #expect(budget.omitted == 50)
        details.append(budget.detail(partitions: 90, topics: 31))
        #expect(details == [.partitions, .topics, .nothing])
        #expect(budget.omitted == 140)
        let taken = [budget.take(30), budget.take(1)]
        #expect(taken == [true, false])
    }

    @Test("Confluent's names are given to who asks for those")
    func dialects() {
        var text = MetricsText(.prometheus, .confluent)
        text.family("kafka_server_replicamanager_isrshrinks", .counter, "H.")
        text.sample(.none, 1 as UInt64)
        text.family("kafka_server_replicamanager_leadercount", .gauge, "H.")
        text.sample(.none, 2)
        let lines = String(decoding: text.finish(), as: UTF8.self).split(separator: "\n")
        #expect(lines[1] == "# TYPE kafka_server_replicamanager_isrshrinkspersec counter")
        #expect(lines[2] == "kafka_server_replicamanager_isrshrinkspersec 1")
        #expect(lines[5] == "kafka_server_replicamanager_leadercount 2")
    }

    @Test("The last minutes are told, whoever asks how often")
    func recentPast() {
        func moment(_ seconds: UInt64) -> RecentPast.Moment {
            let observation = BrokerObservation(
                clusterID: "c", nodeID: 1, address: "h:1", brokerCount: 1, fencedBrokerCount: 0, waitingFetches: 0,
                waitingMembers: 0, fetchSessions: 0, quorum: .init(leader: 1, epoch: 1, highWatermark: 1))
            return RecentPast.Moment(observation, uptime: seconds * 1_000_000_000)
        }
        var past = RecentPast()
        let first = past.compare(moment(1000))
        #expect(first.old == nil && first.oldest == nil)
        // Another who asks at once is told of the time since the start as well.
        let second = past.compare(moment(1001))
        #expect(second.old == nil && second.oldest != nil)
        var seen: [UInt64] = []
        for second in stride(from: UInt64(1015), through: 3000, by: 15) {
            if let old = past.compare(moment(second)).old { seen.append(second - old.uptime / 1_000_000_000) }
        }
        #expect(seen.count > 100)
        #expect(seen.allSatisfy { (300...375).contains($0) })
        // After a pause, what came since the last question.
        let last = past.compare(moment(9000)).old!.uptime / 1_000_000_000
        #expect((2900...3000).contains(last))
    }
}
