// SPDX-License-Identifier: Apache-2.0

/// The tools by name. Looking one up builds nothing of the others.
enum Tools {
    static func command(named name: String) -> (any Command.Type)? {
        switch name {
        case "broker": BrokerCommand.self
        case "topics", "topic": TopicsCommand.self
        case "console-producer": ConsoleProducerCommand.self
        case "console-consumer": ConsoleConsumerCommand.self
        case "consumer-groups": ConsumerGroupsCommand.self
        case "get-offsets": GetOffsetsCommand.self
        case "delete-records": DeleteRecordsCommand.self
        case "log-dirs": LogDirsCommand.self
        case "cluster": ClusterCommand.self
        case "broker-api-versions": BrokerApiVersionsCommand.self
        case "leader-election": LeaderElectionCommand.self
        case "transactions": TransactionsCommand.self
        case "configs": ConfigsCommand.self
        case "reassign-partitions": ReassignPartitionsCommand.self
        case "storage": StorageCommand.self
        default: nil
        }
    }

    /// As `kafka --help` lists them.
    static let listed = [
        "broker", "topics", "console-producer", "console-consumer", "consumer-groups", "configs", "get-offsets",
        "delete-records", "log-dirs", "leader-election", "reassign-partitions", "transactions", "cluster",
        "broker-api-versions", "storage",
    ]

    static var names: [String] { listed }

    /// The tool that a link named `kafka-topics` or `kafka-topics.sh` stands for.
    static func name(ofLink path: String) -> String? {
        var name = path.split(separator: "/").last.map(String.init) ?? path
        guard name.hasPrefix("kafka-") else { return nil }
        name.removeFirst("kafka-".count)
        if name.hasSuffix(".sh") { name.removeLast(3) }
        return name
    }
}
