// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka topics`: reads and checks the options; each action has a file of its own.
struct TopicsCommand: Command {
    static let definition = CommandDefinition(
        name: "topics",
        summary: "List, create, describe, alter and delete topics",
        actions: [
            .flag("list", "List topics"),
            .flag("describe", "Show partitions, leaders, replicas and changed configurations"),
            .flag("create", "Create a topic"),
            .flag("alter", "Add partitions to a topic"),
            .flag("delete", "Delete topics"),
        ],
        options: ConnectionOptions.all + [
            .value(
                "topic", "TOPIC", "Name; for all but --create also a regular expression, or names with commas",
                completion: .topic),
            .value("topic-id", "ID", "Describe the topic with this id"),
            .value("partitions", "N", "How many partitions the topic is to have [create: the cluster's default]"),
            .value("replication-factor", "N", "Replicas of each partition [the cluster's default]"),
            .value(
                "replica-assignment", "LIST",
                "Brokers of each partition: 1:2,2:3 puts partition 0 on 1 and 2, 1 on 2 and 3"),
            .value("config", "NAME=VALUE", "Configuration of the new topic; may be repeated", repeats: true),
            .flag("under-replicated-partitions", "Describe only partitions that lack in-sync replicas"),
            .flag("unavailable-partitions", "Describe only partitions without a leader that is alive"),
            .flag("under-min-isr-partitions", "Describe only partitions with fewer in-sync replicas than required"),
            .flag("at-min-isr-partitions", "Describe only partitions with exactly the in-sync replicas required"),
            .flag("topics-with-overrides", "Describe only topics with configurations of their own"),
            .flag("if-exists", "Do nothing, successfully, when the topic does not exist"),
            .flag("if-not-exists", "Do nothing, successfully, when the topic exists already"),
            .flag("exclude-internal", "Leave internal topics such as __consumer_offsets out"),
            .value("partition-size-limit-per-response", "N", "Partitions to ask for in one request [2000]"),
            .value("delete-config", "NAME", "Configuration to remove").deprecated(
                "does nothing any more; use kafka configs --alter --delete-config"),
        ],
        subject: "topic",
        takesSeveral: true,
        destruction: { $0.flag("delete") ? "delete topics" : nil },
        rows: [listed, DescribeTopics.described, DescribeTopics.partition],
        examples: [
            .init("kafka topics create orders --partitions 3", "Create a topic with three partitions"),
            .init("kafka topics --describe --topic 'orders|payments'", "Describe two topics"),
            .init("kafka topics delete orders payments", "Delete two topics"),
        ],
        differences: [
            "Topics are described in the order of their names.",
            "Deleting several topics deletes those that can be deleted, and names the others.",
        ])

    private static let listed = JSONRow("list", "a topic", ["topic", "topicId", "partitionCount", "isInternal"])

    enum Action {
        case list(exclude: Bool)
        case describe(DescribeTopics)
        case create(CreateTopic)
        case alter(AlterTopics)
        case delete
    }

    let connection: ConnectionOptions
    /// Of several, each names topics by itself; none means all.
    let filters: [TopicFilter]
    let ifExists: Bool
    let action: Action

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        let name = try arguments.action()
        let topics = arguments.strings("topic")
        if name != "list", name != "describe", topics.isEmpty { throw CommandError.missing("topic") }
        if name == "alter" {
            if arguments.has("config") {
                throw CommandError(
                    "Option \"[config]\" can't be used with option \"[alter]\" (kafka configs alters configurations)")
            }
            if !arguments.has("partitions") { throw CommandError.missing("partitions") }
        }
        try Self.refuseStrangers(arguments, name)
        ifExists = arguments.flag("if-exists")
        filters = name == "create" ? [] : try topics.map(TopicFilter.init)
        switch name {
        case "list": action = .list(exclude: arguments.flag("exclude-internal"))
        case "describe": action = .describe(try DescribeTopics(arguments))
        case "create": action = .create(try CreateTopic(arguments))
        case "alter": action = .alter(try AlterTopics(arguments))
        default: action = .delete
        }
    }

    /// Options that belong to other actions.
    private static func refuseStrangers(_ arguments: Arguments, _ action: String) throws {
        try arguments.refuse(
            strangersTo: action,
            [
                (["config"], ["create"]), (["partitions"], ["create", "alter"]), (["replication-factor"], ["create"]),
                (["replica-assignment"], ["create", "alter"]),
                (
                    [
                        "under-replicated-partitions", "unavailable-partitions", "under-min-isr-partitions",
                        "at-min-isr-partitions", "topics-with-overrides",
                    ], ["describe"]
                ),
                (["if-exists"], ["alter", "delete", "describe"]), (["if-not-exists"], ["create"]),
                (["exclude-internal"], ["list", "describe"]), (["topic-id"], ["describe"]),
            ])
        if action == "create" {
            try arguments.refuse(["partitions", "replication-factor"], with: "replica-assignment")
        }
        try arguments.refuse(
            [
                "under-replicated-partitions", "unavailable-partitions", "under-min-isr-partitions",
                "at-min-isr-partitions",
            ], with: "topics-with-overrides")
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            switch action {
            case .list(let exclude):
                let topics = try await topics(cluster, excludeInternal: exclude)
                if context.writesJSON {
                    for topic in topics {
                        context.write(
                            Self.listed(
                                .string(topic.name), .string("\(topic.topicID)"),
                                .number(topic.partitions.count), .bool(TopicName.isInternal(topic.name))))
                    }
                } else {
                    context.out.line(topics.map(\.name).joined(separator: "\n"))
                }
            case .describe(let describe): try await describe.run(self, cluster, context)
            case .create(let create): try await create.run(cluster, context)
            case .alter(let alter): try await alter.run(try await found(cluster, context), cluster, context)
            case .delete: try await delete(cluster, context)
            }
        }
    }

    private func delete(_ cluster: Cluster, _ context: Context) async throws {
        let names = try await found(cluster, context)
        guard !names.isEmpty else { return }
        for (_, result) in try await Admin(cluster).deleteTopics(names) {
            if case .failure(let error) = result { context.fail(error.message) }
        }
    }

    /// The topics that the patterns name, sorted.
    private func topics(_ cluster: Cluster, excludeInternal: Bool = false) async throws -> [TopicMetadata] {
        try await cluster.describeTopics(nil).filter { topic in
            !(excludeInternal && TopicName.isInternal(topic.name))
                && (filters.isEmpty || filters.contains { $0.matches(topic.name) })
        }
    }

    /// The topics that the patterns name; a pattern that names none is an error, unless that is allowed.
    func found(_ cluster: Cluster, excludeInternal: Bool = false, _ context: Context) async throws -> [String] {
        let names = try await topics(cluster, excludeInternal: excludeInternal).map(\.name)
        for filter in filters where !ifExists && !filter.text.isEmpty && !names.contains(where: filter.matches) {
            context.fail(try await UnknownTopic.error(filter.text, cluster).message)
        }
        return names
    }
}
