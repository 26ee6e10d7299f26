// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaProtocol
import KafkaText
import TestSupport
import Testing

@testable import kafka

/// Tools that read as members of a group, one after the other, against the broker of this package.
@Suite("What the next member of a group prints follows what the last one printed")
struct GroupProgressTests {
    private static let partitions: Int32 = 3

    /// Numbers from 0 on in batches of random sizes, the last ones in partition 0.
    private func withTopic(
        _ seed: UInt64, records: Int, _ body: (String, inout SeededRandom) async throws -> Void
    ) async throws {
        var random = SeededRandom(seed: seed)
        let broker = try await Broker.start()
        do {
            var configuration = try ClientConfiguration(bootstrapServers: broker.bootstrapServers)
            configuration.firstConnectTimeout = .seconds(60)
            try await Cluster.with(configuration) { cluster in
                let created = try await Admin(cluster).createTopics([
                    CreateTopicsRequest.Topic {
                        $0.name = "t"
                        $0.numPartitions = Self.partitions
                        $0.replicationFactor = 1
                    }
                ])
                _ = try created[0].result.get()
                let producer = try await Producer(cluster)
                let topic = try await producer.topic("t")
                for number in 0..<records {
                    let partition = number * 2 < records ? Int32(number) % Self.partitions : 0
                    _ = try Array("\(number)".utf8).withUnsafeBytes {
                        try producer.append(topic, value: $0, partition: partition)
                    }
                    if Int.random(in: 0..<50, using: &random) == 0 { try await producer.flush() }
                }
                try await producer.flush()
                await producer.close()
            }
            try await body(broker.bootstrapServers, &random)
        } catch {
            try await broker.stop()
            throw error
        }
        try await broker.stop()
    }

    /// Numbers by partition, in the order in which they were printed.
    private func expected(_ records: Int, from least: Int = 0) -> [Int32: [Int]] {
        var numbers: [Int32: [Int]] = [:]
        for number in least..<records {
            numbers[number * 2 < records ? Int32(number) % Self.partitions : 0, default: []].append(number)
        }
        return numbers
    }

    @Test("for any limit, condition and size of fetches", arguments: ["classic", "consumer"])
    func console(protocolName: String) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let records = 3000
        try await withTopic(seed, records: records) { address, random in
            for series in 0..<4 {
                let least = series % 2 == 0 ? 0 : 900
                var printed: [Int32: [Int]] = [:]
                var isLast = false
                while !isLast {
                    isLast = Int.random(in: 0..<6, using: &random) == 0
                    let limit = Int.random(in: 1...600, using: &random)
                    let fetch = [100, 1000, 1_048_576].randomElement(using: &random)!
                    var words = [
                        "console-consumer", "t", "--group", "g\(series)", "--from-beginning", "--format", "%p %s\\n",
                        "--consumer-property", "max.partition.fetch.bytes=\(fetch)",
                        "--consumer-property", "group.protocol=\(protocolName)",
                        "--consumer-property",
                        "auto.commit.interval.ms=\([0, 5, 5000].randomElement(using: &random)!)",
                    ]
                    if least > 0 { words += ["--where", "value >= \(least)"] }
                    words += isLast ? ["--exit-at-end"] : ["--max-messages", "\(limit)", "--exit-at-end"]
                    let run = await CommandRun(words, variables: ["KAFKA_BOOTSTRAP_SERVERS": address])
                    try #require(run.status == 0, "\(run.error) seed \(seed)")
                    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ") }
                    if !isLast { #expect(lines.count <= limit) }
                    for line in lines { printed[Int32(line[0])!, default: []].append(Int(line[1])!) }
                }
                #expect(printed == expected(records, from: least), "seed \(seed)")
            }
        }
    }

    @Test(
        "for any limit of verifiable-consumer",
        arguments: [["--verbose"], ["--verbose", "--enable-autocommit"], ["--enable-autocommit"], []])
    func verifiable(options: [String]) async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await withTopic(seed, records: 600) { address, random in
            var left = 600
            var printed: [Int32: [Int]] = [:]
            while left > 0 {
                let limit = min(left, Int.random(in: 1...150, using: &random))
                left -= limit
                let run = await CommandRun(
                    ["verifiable-consumer", "--topic", "t", "--group-id", "v", "--max-messages", "\(limit)"] + options,
                    variables: ["KAFKA_BOOTSTRAP_SERVERS": address])
                try #require(run.status == 0, "\(run.error) seed \(seed)")
                for line in run.output.split(separator: "\n") {
                    let event = try JSON.parse(String(line))
                    if event["name"] == .string("record_data") {
                        guard case .integer(let partition) = event["partition"],
                            case .string(let value) = event["value"]
                        else { continue }
                        printed[Int32(partition), default: []].append(Int(value)!)
                    }
                }
            }
            if options.contains("--verbose") { #expect(printed == expected(600), "seed \(seed)") }
            // All has been committed, not a record less and none more.
            let rest = await CommandRun(
                ["console-consumer", "t", "--group", "v", "--exit-at-end"],
                variables: ["KAFKA_BOOTSTRAP_SERVERS": address])
            #expect(rest.output == "" && rest.error.hasPrefix("Processed a total of 0 messages"), "\(rest.error)")
        }
    }

    @Test("for any number of records that are measured")
    func measured() async throws {
        try await withTopic(1, records: 900) { address, _ in
            let variables = ["KAFKA_BOOTSTRAP_SERVERS": address]
            let run = await CommandRun(
                ["consumer-perf-test", "--topic", "t", "--group", "p", "--num-records", "100"], variables: variables)
            #expect(run.status == 0, "\(run.error)")
            #expect(run.output.split(separator: "\n").last?.contains(", 100, ") == true, "\(run.output)")
            let rest = await CommandRun(
                ["console-consumer", "t", "--group", "p", "--exit-at-end"], variables: variables)
            #expect(rest.output.split(separator: "\n").count == 800)
        }
    }
}
