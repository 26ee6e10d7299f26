// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka leader-election`
struct LeaderElectionCommand: Command {
    static let definition = CommandDefinition(
        name: "leader-election",
        summary: "Elect new leaders for partitions",
        options: [
            ConnectionOptions.bootstrapServer,
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["admin.config"], completion: .file),
            .value(
                "election-type", "TYPE", "preferred, or unclean if no in-sync replica is left (loses records)",
                completion: .words(["preferred", "unclean"])),
            .value("topic", "TOPIC", "Topic of the partition", completion: .topic),
            .value("partition", "N", "The partition of --topic"),
            .value(
                "path-to-json-file", "FILE", #"JSON: {"partitions":[{"topic":"orders","partition":0}]}"#,
                completion: .file),
            .flag("all-topic-partitions", "All partitions that need it"),
        ],
        subject: "topic",
        destruction: {
            $0.string("election-type")?.lowercased() == "unclean" ? "elect leaders that may lack records" : nil
        },
        examples: [
            .init("kafka leader-election --election-type preferred --all-topic-partitions", "Balance leadership again")
        ])

    let connection: ConnectionOptions
    let isUnclean: Bool
    /// Nil means all.
    let partitions: [TopicPartition]?

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let type = try arguments.required("election-type").lowercased()
        guard ["preferred", "unclean"].contains(type) else {
            throw CommandError("Invalid value '\(type)' of option election-type: it must be preferred or unclean.")
        }
        isUnclean = type == "unclean"
        let scopes = ["topic", "all-topic-partitions", "path-to-json-file"].filter(arguments.has)
        guard scopes.count == 1 else {
            throw CommandError(
                "One and only one of the following options is required: topic, all-topic-partitions, path-to-json-file")
        }
        let partition = try arguments.integer("partition", Int32.self)
        switch scopes[0] {
        case "topic":
            guard let partition else {
                throw CommandError("Missing required option(s): partition, which --topic needs")
            }
            partitions = [TopicPartition(try arguments.required("topic"), partition)]
        case "path-to-json-file":
            let file = try PartitionFile.read(try arguments.required("path-to-json-file"), option: "path-to-json-file")
            let list = file.entries.map(\.partition)
            if let twice = list.first(where: { entry in list.count(where: { $0 == entry }) > 1 }) {
                throw CommandError("Replica election data contains duplicate partitions: \(twice)")
            }
            partitions = list.sorted()
        default: partitions = nil
        }
        if partition != nil, scopes[0] != "topic" {
            throw CommandError("Option partition is only allowed if topic is used")
        }
    }

    func run(_ context: Context) async throws {
        let type = isUnclean ? "UNCLEAN" : "PREFERRED"
        let request = ElectLeadersRequest {
            $0.electionType = isUnclean ? 1 : 0
            $0.timeoutMs = 30_000
            $0.topicPartitions = partitions.map { partitions in
                Dictionary(grouping: partitions, by: \.topic).sorted { $0.key < $1.key }.map { topic, list in
                    ElectLeadersRequest.TopicPartitions {
                        $0.topic = topic
                        $0.partitions = list.map(\.partition)
                    }
                }
            }
        }
        try await connection.withCluster(context) { cluster in
            let response = try await Admin(cluster).send(request, to: .controller)
            if response.errorCode != .none {
                throw CommandError("Leader election failed: \(response.errorCode.clientMessage)")
            }
            var elected: [TopicPartition] = []
            var unneeded: [TopicPartition] = []
            for topic in response.replicaElectionResults {
                for result in topic.partitionResult {
                    let partition = TopicPartition(topic.topic, result.partitionID)
                    switch result.errorCode {
                    case .none: elected.append(partition)
                    case .electionNotNeeded: unneeded.append(partition)
                    default:
                        let error = ClientError(result.errorCode, "", result.errorMessage)
                        let reason = try await UnknownTopic.message(error, about: topic.topic, cluster)
                        context.fail("No leader election (\(type)) for partition \(partition): \(reason)")
                    }
                }
            }
            func list(_ partitions: [TopicPartition]) -> String {
                partitions.sorted().map(\.description).joined(separator: ", ")
            }
            if !elected.isEmpty {
                context.out.line("Successfully completed leader election (\(type)) for partitions \(list(elected))")
            }
            if !unneeded.isEmpty { context.out.line("Valid replica already elected for partitions \(list(unneeded))") }
        }
    }
}
