// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka log-dirs`
struct LogDirsCommand: Command {
    static let definition = CommandDefinition(
        name: "log-dirs",
        summary: "Show the data directories of brokers and the sizes of partitions, as JSON",
        actions: [.flag("describe", "Show directories and partitions")],
        options: ConnectionOptions.all + [
            .value("topic-list", "TOPICS", "Only these topics, with commas", completion: .topic),
            .value("broker-list", "IDS", "Only these brokers, with commas"),
        ],
        rows: [row, broker, directory, replica],
        examples: [.init("kafka log-dirs --describe --topic-list orders", "Sizes of one topic's partitions")])

    private static let row = JSONRow("describe", "the answer, without the lines before it", ["brokers", "version"])
    private static let broker = JSONRow("describe", "an element of brokers", ["broker", "logDirs"])
    private static let directory = JSONRow(
        "describe", "an element of logDirs", ["partitions", "error", "logDir"])
    private static let replica = JSONRow(
        "describe", "an element of partitions", ["partition", "size", "offsetLag", "isFuture"])

    let connection: ConnectionOptions
    let topics: [String]
    let brokers: [Int32]

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        guard arguments.actions.contains("describe") else { throw CommandError.missing("describe") }
        topics = commaSeparated(arguments.string("topic-list") ?? "")
        brokers = try commaSeparated(arguments.string("broker-list") ?? "").map { word in
            guard let id = Int32(word) else { throw CommandError("'\(word)' in broker-list is no broker id") }
            return id
        }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context, clientID: "log-dirs-tool") { cluster in
            let known = try await cluster.brokers().map(\.id)
            let missing = brokers.filter { !known.contains($0) }
            guard missing.isEmpty else {
                throw CommandError(
                    "The given brokers do not exist from --broker-list: \(Self.list(missing)). "
                        + "Current existent brokers: \(Self.list(known))")
            }
            let asked = brokers.isEmpty ? known : brokers.sorted()
            if !context.writesJSON { context.out.line("Querying brokers for log directories information") }
            var descriptions: [JSON] = []
            var answered: [Int32] = []
            for (broker, result) in try await Admin(cluster).describeLogDirs(brokers: asked) {
                switch result {
                case .success(let response):
                    answered.append(broker)
                    let directories = response.results.sorted { $0.logDir < $1.logDir }
                    descriptions.append(Self.broker(.number(broker), .array(directories.map(json))))
                case .failure(let error): context.fail("broker \(broker): \(error.message)")
                }
            }
            if !context.writesJSON {
                context.out.line("Received log directory information from brokers \(Self.list(answered))")
            }
            context.write(Self.row(.array(descriptions), .number(1)))
        }
    }

    private static func list(_ ids: [Int32]) -> String { ids.map(String.init).joined(separator: ",") }

    /// The members in the order in which Kafka's tool prints them.
    private func json(_ directory: DescribeLogDirsResponse.DescribeLogDirsResult) -> JSON {
        let partitions = directory.topics.filter { topics.isEmpty || topics.contains($0.name) }.flatMap { topic in
            topic.partitions.map { (TopicPartition(topic.name, $0.partitionIndex), $0) }
        }.sorted { $0.0 < $1.0 }.map { partition, replica in
            Self.replica(
                .string(partition.description), .integer(replica.partitionSize), .integer(replica.offsetLag),
                .bool(replica.isFutureKey))
        }
        return Self.directory(
            .array(partitions), directory.errorCode == .none ? .null : .string(directory.errorCode.description),
            .string(directory.logDir))
    }
}
