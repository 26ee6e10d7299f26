// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka console-share-consumer`: the options, checked.
struct ConsoleShareConsumerCommand: Command {
    static let definition = CommandDefinition(
        name: "console-share-consumer",
        summary: "Print the records of a topic as a member of a share group",
        options: [
            .value("topic", "TOPIC", "Topic to read", completion: .topic),
            ConnectionOptions.bootstrapServer,
            .value("group", "GROUP", "The share group [console-share-consumer]", completion: .group),
            .value("max-messages", "N", "End after this many records"),
            .value("timeout-ms", "MS", "End when no record came for this long"),
            .flag("release", "Give each record back after it is printed, for others to have"),
            .flag("reject", "Reject each record after it is printed: nobody gets it again"),
            .flag("reject-message-on-error", "Reject a record that can't be printed, and go on"),
            .value(
                "property", "NAME=VALUE", "How records are printed, as for console-consumer; may be repeated",
                aliases: ["formatter-property"], repeats: true,
                completion: .words(DefaultFormatter.propertyNames.map { $0 + "=" })),
            .value(
                "formatter", "CLASS", "One of Kafka's formatters [DefaultMessageFormatter]",
                completion: .words(RecordFormatters.names)),
            .value("formatter-config", "FILE", "File with properties of the formatter", completion: .file),
            .value("key-deserializer", "CLASS", "Kafka's class for keys, such as LongDeserializer"),
            .value("value-deserializer", "CLASS", "Kafka's class for values, such as StringDeserializer"),
            .value(
                "consumer-property", "NAME=VALUE", "Property of the client; may be repeated",
                aliases: ["command-property"], repeats: true),
            .value(
                "command-config", "FILE", "File with client properties",
                aliases: ["consumer.config", "consumer-config"],
                completion: .file),
            .flag("enable-systest-events", "Print when the consumer stops, for Kafka's system tests"),
        ],
        subject: "topic",
        examples: [
            .init("kafka console-share-consumer --topic jobs --group workers", "Print and accept records as they come"),
            .init(
                "kafka console-share-consumer jobs --max-messages 1 --release", "Look at one record without taking it"),
        ],
        differences: [
            "A topic that does not exist is an error at once.",
            "The end by --timeout-ms is silent, but for the count of records.",
        ])

    let connection: ConnectionOptions
    let topic: String
    let group: String
    let maxMessages: Int?
    let timeout: Duration?
    let type: AcknowledgeType
    let rejectsErrors: Bool
    let formatter: any RecordFormatter
    let announcesShutdown: Bool

    init(_ arguments: Arguments) throws {
        topic = try arguments.required("topic")
        let connection = try ConnectionOptions(arguments)
        let named = arguments.strings("group") + connection.given("group.id")
        guard Set(named).count <= 1 else {
            let list = named.map { "'\($0)'" }.joined(separator: ", ")
            throw CommandError(
                "The group ids given by --group, --consumer-property and --command-config do not match: \(list).")
        }
        group = named.first ?? connection.properties["group.id"] ?? "console-share-consumer"
        self.connection = connection
        maxMessages = try arguments.integer("max-messages", Int32.self).flatMap { $0 < 0 ? nil : Int($0) }
        timeout = try arguments.integer("timeout-ms", Int64.self).flatMap { $0 < 0 ? nil : .milliseconds($0) }
        try arguments.refuse(["release"], with: "reject")
        type = arguments.flag("release") ? .release : arguments.flag("reject") ? .reject : .accept
        rejectsErrors = arguments.flag("reject-message-on-error")
        announcesShutdown = arguments.flag("enable-systest-events")
        var properties = Properties()
        if let file = arguments.string("formatter-config") {
            properties = try Properties(file: file, option: "formatter-config")
        }
        for kind in ["key", "value"] {
            if let name = arguments.string("\(kind)-deserializer"), !name.isEmpty {
                properties.set("\(kind).deserializer", name)
            }
        }
        try properties.add(arguments.strings("property"), option: "property")
        formatter = try RecordFormatters.named(arguments.string("formatter") ?? "DefaultMessageFormatter", properties)
    }

    func run(_ context: Context) async throws {
        let printer = SharePrinter(self, context)
        let outcome = await Signals.cancelling {
            try await connection.withCluster(context, clientID: "console-share-consumer") { cluster in
                try await Unsupported.explained(Unsupported.shareGroups) { try await printer.run(cluster) }
            }
        }
        context.reportLostOutput()
        // Nothing was processed where there are no share groups.
        if case .failure(let error as CommandError) = outcome.result { throw error }
        context.note("Processed a total of \(printer.count) messages")
        if announcesShutdown { context.out.line("shutdown_complete") }
        try outcome.get()
    }
}
