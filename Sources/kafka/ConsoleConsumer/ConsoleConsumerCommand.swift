// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `kafka console-consumer`: the options, checked.
struct ConsoleConsumerCommand: Command {
    enum Topics: Sendable {
        case one(String)
        case matching(TopicFilter)
    }

    let topics: Topics
    let connection: ConnectionOptions
    let partition: Int32?
    let start: StartPosition
    let group: String?
    let maxMessages: Int?
    let timeout: Duration?
    let formatter: any RecordFormatter
    let skipsErrors: Bool
    let announcesShutdown: Bool
    private let unknownProperties: [String]

    init(_ arguments: Arguments) throws {
        topics = try Self.topics(arguments)
        partition = try arguments.integer("partition")
        if partition != nil {
            if !arguments.has("topic") { throw CommandError("The topic is required when partition is specified.") }
            if arguments.has("from-beginning"), arguments.has("offset") {
                throw CommandError("Options from-beginning and offset cannot be specified together.")
            }
        } else if arguments.has("offset") {
            throw CommandError("The partition is required when offset is specified.")
        }
        var connection = try ConnectionOptions(arguments)
        var extra = Properties()
        try extra.add(arguments.strings("consumer-property"), option: "consumer-property")
        group = try Self.group(arguments, connection.properties, extra)
        connection.properties.entries += extra.entries
        let fromBeginning = arguments.flag("from-beginning")
        start = try Self.start(arguments, connection.properties)
        if let reset = connection.properties["auto.offset.reset"] {
            if fromBeginning, reset != "earliest" {
                throw CommandError(
                    "Can't simultaneously specify --from-beginning and 'auto.offset.reset=\(reset)', please remove one option"
                )
            }
        } else {
            connection.properties.set("auto.offset.reset", fromBeginning ? "earliest" : "latest")
        }
        if let level = try arguments.choice("isolation-level", ["read_committed", "read_uncommitted"]) {
            connection.properties.set("isolation.level", level)
        }
        if let group { connection.properties.set("group.id", group) }
        self.connection = connection
        maxMessages = try arguments.integer("max-messages").flatMap { $0 < 0 ? nil : $0 }
        timeout = try arguments.integer("timeout-ms", Int64.self).flatMap { $0 < 0 ? nil : .milliseconds($0) }
        skipsErrors = arguments.flag("skip-message-on-error")
        announcesShutdown = arguments.flag("enable-systest-events")
        let properties = try Self.formatterProperties(arguments)
        formatter = try RecordFormatters.named(arguments.string("formatter") ?? "DefaultMessageFormatter", properties)
        unknownProperties = properties.entries.map(\.name).filter { name in
            !DefaultFormatter.propertyNames.contains { name == $0 || name.hasPrefix($0 + ".") }
        }
    }

    private static func topics(_ arguments: Arguments) throws -> Topics {
        switch (arguments.string("topic"), arguments.string("include")) {
        case (let topic?, nil): return .one(topic)
        case (nil, let pattern?): return .matching(try TopicFilter(pattern))
        default: throw CommandError("Exactly one of --include/--topic is required.")
        }
    }

    /// The group, which may be named in three places, but only one group.
    private static func group(_ arguments: Arguments, _ file: Properties, _ extra: Properties) throws -> String? {
        var groups: [String] = []
        for group in [arguments.string("group"), file["group.id"], extra["group.id"]].compactMap({ $0 })
        where !groups.contains(group) {
            groups.append(group)
        }
        if groups.count > 1 {
            throw CommandError(
                "The group ids provided in different places (directly using '--group', via '--consumer-property', or via "
                    + "'--consumer.config') do not match. Detected group ids: "
                    + groups.map { "'\($0)'" }.joined(separator: ", "))
        }
        if !groups.isEmpty, arguments.has("partition") {
            throw CommandError("Options group and partition cannot be specified together.")
        }
        return groups.first
    }

    private static func start(_ arguments: Arguments, _ properties: Properties) throws -> StartPosition {
        guard let text = arguments.string("offset") else {
            let reset = arguments.flag("from-beginning") ? "earliest" : properties["auto.offset.reset"]
            return reset == "earliest" && !arguments.has("partition") || arguments.flag("from-beginning")
                ? .earliest : .latest
        }
        switch text.lowercased() {
        case "earliest": return .earliest
        case "latest": return .latest
        default:
            guard let offset = Int64(text), offset >= 0 else {
                throw CommandError(
                    "The provided offset value '\(text)' is incorrect. Valid values are 'earliest', 'latest', or a "
                        + "non-negative long.")
            }
            return .offset(offset)
        }
    }

    private static func formatterProperties(_ arguments: Arguments) throws -> Properties {
        var properties = Properties()
        if let file = arguments.string("formatter-config") {
            properties = try Properties(file: file, option: "formatter-config")
        }
        for (option, property) in [
            ("key-deserializer", "key.deserializer"), ("value-deserializer", "value.deserializer"),
        ] {
            if let name = arguments.string(option), !name.isEmpty { properties.set(property, name) }
        }
        try properties.add(arguments.strings("property"), option: "property")
        return properties
    }

    func run(_ context: Context) async throws {
        for name in unknownProperties where formatter is DefaultFormatter {
            let hint = closest(to: name, among: DefaultFormatter.propertyNames)
            context.warn(
                "There is no property '\(name)'" + (hint.map { "; did you mean \($0)?" } ?? "; it is ignored."))
        }
        let signals = Signals.catching()
        // The count is printed however the consumer ends, as in Kafka.
        let printer = RecordPrinter(self, context)
        let work = Task { try await connection.withCluster(context, clientID: "console-consumer", printer.run) }
        signals.onSignal { work.cancel() }
        let result = await work.result
        // A consumer that never began has nothing to count.
        if case .failure = result, printer.count == 0 {
        } else {
            context.note("Processed a total of \(printer.count) messages")
        }
        if announcesShutdown { context.out.line("shutdown_complete") }
        if let status = signals.exitStatus { throw Interrupted(status: status) }
        try result.get()
    }
}
