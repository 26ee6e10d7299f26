// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka get-offsets`
struct GetOffsetsCommand: Command {
    static let definition = CommandDefinition(
        name: "get-offsets",
        summary: "Show the offsets of partitions: their ends, starts, or at a time",
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList, ConnectionOptions.commandConfig,
            .value("topic", "TOPIC", "Topics, as a regular expression [all]", completion: .topic),
            .value("partitions", "IDS", "Partitions, with commas [all]"),
            .value(
                "topic-partitions", "LIST",
                "Patterns with commas, TOPIC:PARTITIONS, where PARTITIONS is 3, 0-3 (3 excluded), 5- or -3"),
            .value(
                "time", "TIME",
                "latest or -1, earliest or -2, max-timestamp or -3, earliest-local or -4, latest-tiered or -5, "
                    + "earliest-pending-upload or -6, or milliseconds since 1970, or a time (2026-01-31, "
                    + "2026-01-31T08:00:00Z, -30m) [latest]",
                completion: .words([
                    "latest", "earliest", "max-timestamp", "earliest-local", "latest-tiered", "earliest-pending-upload",
                ])),
            .flag("exclude-internal-topics", "Leave internal topics such as __consumer_offsets out"),
        ],
        subject: "topic",
        takesSeveral: true,
        rows: [row],
        examples: [
            .init("kafka get-offsets orders", "Print orders:0:17 and so on: the end of each partition"),
            .init("kafka get-offsets --topic-partitions orders:0-2 --time earliest", "The starts of two partitions"),
        ])

    private static let row = JSONRow(nil, "a partition", ["topic", "partition", "offset", "timestamp"])

    let connection: ConnectionOptions
    let rules: [PartitionRule]
    let time: OffsetSpec
    let excludeInternal: Bool

    init(_ arguments: Arguments) throws {
        if arguments.has("topic-partitions"), arguments.has("topic") || arguments.has("partitions") {
            throw CommandError("--topic-partitions cannot be used with --topic or --partitions")
        }
        connection = try ConnectionOptions(arguments)
        time = try arguments.string("time").map(Self.spec) ?? .latest
        excludeInternal = arguments.flag("exclude-internal-topics")
        if let list = arguments.string("topic-partitions") {
            rules = try list.split(separator: ",").map { try PartitionRule(pattern: String($0)) }
        } else {
            let topics = arguments.has("topic") ? arguments.strings("topic").map(Optional.some) : [nil]
            rules = try topics.map { try PartitionRule(topic: $0, partitions: arguments.string("partitions")) }
        }
    }

    static func spec(_ text: String) throws -> OffsetSpec {
        switch text {
        case "latest", "-1": .latest
        case "earliest", "-2": .earliest
        case "max-timestamp", "-3": .maxTimestamp
        case "earliest-local", "-4": .earliestLocal
        case "latest-tiered", "-5": .latestTiered
        case "earliest-pending-upload", "-6": .earliestPendingUpload
        default: try .timestamp(milliseconds(text))
        }
    }

    private static func milliseconds(_ text: String) throws -> Int64 {
        guard let value = Int64(text) ?? TimeText.milliseconds(text), value >= 0 else {
            throw CommandError(
                "Malformed time argument \(text). Please use -1 or latest / -2 or earliest / -3 or max-timestamp / "
                    + "-4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, milliseconds since 1970, "
                    + TimeText.forms)
        }
        return value
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context, clientID: "GetOffsetShell") { cluster in
            let topics = try await cluster.describeTopics(nil)
            let partitions = topics.flatMap { topic in
                topic.partitions.map { TopicPartition(topic.name, $0.partition) }
            }.filter { partition in
                !(excludeInternal && TopicName.isInternal(partition.topic))
                    && rules.contains { $0.matches(partition) }
            }
            guard !partitions.isEmpty else {
                let names = rules.compactMap(\.topic)
                let hint = names.count == 1 ? suggestion(for: names[0], among: topics.map(\.name)) : ""
                throw CommandError("Could not match any topic-partitions with the specified filters\(hint)")
            }
            for rule in rules where !partitions.contains(where: rule.matches) {
                guard let name = rule.topic else { continue }
                let hint = suggestion(for: name, among: topics.map(\.name))
                context.fail("Could not match any topic-partitions of '\(name)'\(hint)")
            }
            let offsets = try await Admin(cluster).listOffsets(partitions.each(time))
            // In the order of the printed names, as Kafka: orders-10 before orders-2.
            for partition in partitions.sorted(by: { $0.description < $1.description }) {
                switch offsets[partition] {
                case .success(let listed) where listed.offset >= 0 && context.writesJSON:
                    context.write(
                        Self.row(
                            .string(partition.topic), .number(partition.partition), .number(listed.offset),
                            .known(listed.timestamp)))
                case .success(let listed) where listed.offset >= 0:
                    context.out.line("\(partition.topic):\(partition.partition):\(listed.offset)")
                case .failure(let error):
                    context.fail("Skip getting offsets for topic-partition \(partition) due to error: \(error.message)")
                default: break
                }
            }
        }
    }
}
