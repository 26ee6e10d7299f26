// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka verifiable-share-consumer`: the options, checked.
struct VerifiableShareConsumerCommand: Command {
    static let definition = CommandDefinition(
        name: "verifiable-share-consumer",
        summary: "Read a topic as a member of a share group and print a JSON line for all that happens",
        options: [
            .value("topic", "TOPIC", "Topic to read", completion: .topic),
            .value("group-id", "GROUP", "Share group to be a member of", completion: .group),
            ConnectionOptions.bootstrapServer,
            .value(
                "max-messages", "N", "End after this many acknowledged records; -1 goes on until a signal comes [-1]"),
            .flag("verbose", "Print each record as well"),
            .value(
                "acknowledgement-mode", "MODE",
                "When records are acknowledged: auto with the next fetch, sync or async at once [auto]",
                completion: .words(["auto", "sync", "async"])),
            .value(
                "offset-reset-strategy", "STRATEGY", "Set first where a new group begins: earliest or latest",
                completion: .words(["earliest", "latest"])),
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["consumer.config"],
                completion: .file),
        ],
        subject: "topic",
        examples: [
            .init(
                "kafka verifiable-share-consumer --topic jobs --group-id workers --max-messages 10", "Take ten records")
        ],
        differences: ["An error ends the tool with one line on standard error and status 1."])

    let connection: ConnectionOptions
    let topic: String
    let group: String
    let maxMessages: Int?
    let isVerbose: Bool
    let commitsAtOnce: Bool
    let reset: String?

    init(_ arguments: Arguments) throws {
        topic = try arguments.required("topic")
        group = try arguments.required("group-id")
        connection = try ConnectionOptions(arguments)
        maxMessages = try arguments.integer("max-messages", Int32.self).flatMap { $0 < 0 ? nil : Int($0) }
        isVerbose = arguments.flag("verbose")
        let mode = arguments.string("acknowledgement-mode")?.lowercased() ?? "auto"
        guard ["auto", "sync", "async"].contains(mode) else {
            throw CommandError(
                "Invalid value '\(mode)' of option acknowledgement-mode: it must be one of auto, sync, async.")
        }
        commitsAtOnce = mode != "auto"
        reset = arguments.string("offset-reset-strategy")?.lowercased()
        if let reset, !["earliest", "latest"].contains(reset) {
            throw CommandError(
                "Invalid value '\(reset)' of option offset-reset-strategy: it must be one of earliest, latest.")
        }
    }

    func run(_ context: Context) async throws {
        let reader = VerifiableShareReader(self, EventLines(context: context))
        try await Signals.cancelling {
            try await connection.withCluster(context, clientID: "verifiable-share-consumer") { cluster in
                try await Unsupported.explained(Unsupported.shareGroups) { try await reader.run(cluster) }
            }
        }.get()
    }
}

/// Reads as a member of a share group and prints what happens.
struct VerifiableShareReader: Sendable {
    private let options: VerifiableShareConsumerCommand
    private let events: EventLines

    init(_ options: VerifiableShareConsumerCommand, _ events: EventLines) {
        self.options = options
        self.events = events
    }

    func run(_ cluster: Cluster) async throws {
        try await ShareTopics.check(options.topic, cluster)
        events.print("startup_complete")
        if let reset = options.reset {
            try await set(reset, Admin(cluster))
            events.print("offset_reset_strategy_set", ["offsetResetStrategy": .string(reset)])
        }
        let consumer = ShareConsumer(cluster, .init(group: options.group, topics: [options.topic]))
        // Who dies without leaving the group keeps its records from others until their locks time out.
        events.context.out.outliveReader()
        defer { events.context.out.endIfReaderIsGone() }
        let result = await Task { try await self.consume(consumer) }.cancelling()
        await Task { await consumer.close() }.value
        _ = report(await consumer.takeResults())
        events.print("shutdown_complete")
        if Task.isCancelled { return }
        try result.get()
    }

    private func set(_ reset: String, _ admin: Admin) async throws {
        let resource = IncrementalAlterConfigsRequest.AlterConfigsResource {
            $0.resourceType = ConfigResource.Kind.group.rawValue
            $0.resourceName = options.group
            $0.configs = [
                IncrementalAlterConfigsRequest.AlterableConfig {
                    $0.name = "share.auto.offset.reset"
                    $0.value = reset
                }
            ]
        }
        for (_, result) in await admin.incrementalAlterConfigs([resource]) { try result.get() }
    }

    private func consume(_ consumer: ShareConsumer) async throws {
        var acknowledged = 0
        while acknowledged < options.maxMessages ?? .max {
            let fetched = try await consumer.poll(timeout: .seconds(5))
            if !fetched.isEmpty { try report(fetched) }
            events.context.out.flush()
            // Reported when the command ends; nobody has heard of these records.
            if events.context.out.failure != nil { return await consumer.giveBack() }
            if options.commitsAtOnce, !fetched.isEmpty { try await consumer.commit() }
            acknowledged += report(await consumer.takeResults())
            events.context.out.flush()
        }
    }

    private func report(_ fetched: [ShareRecords]) throws {
        var summaries: [JSON] = []
        for records in fetched {
            if options.isVerbose { try records.forEachRecord { events.add($0, of: records.partition) } }
            summaries.append(Self.summary(records.partition, records.offsets))
        }
        let total = fetched.reduce(0) { $0 + $1.count }
        events.add("records_consumed", ["count": .integer(Int64(total)), "partitions": .array(summaries)])
    }

    private static func summary(_ partition: TopicPartition, _ offsets: [Int64]) -> JSON {
        EventLines.partition(
            partition, ["count": .integer(Int64(offsets.count)), "offsets": .array(offsets.map { .integer($0) })])
    }

    /// How many records are done with.
    func report(_ results: [AcknowledgeResult]) -> Int {
        let good = results.filter { $0.error == nil }
        let total = good.reduce(0) { $0 + $1.offsets.count }
        if total > 0 {
            let partitions = good.sorted { $0.partition < $1.partition }.map { Self.summary($0.partition, $0.offsets) }
            events.add(
                "offsets_acknowledged",
                ["count": .integer(Int64(total)), "partitions": .array(partitions), "success": .bool(true)])
        }
        for result in results {
            guard let error = result.error else { continue }
            events.add(
                "offsets_acknowledged",
                [
                    "count": .integer(Int64(result.offsets.count)),
                    "partitions": .array([Self.summary(result.partition, result.offsets)]),
                    "error": .string(error.message), "success": .bool(false),
                ])
        }
        return total
    }
}
