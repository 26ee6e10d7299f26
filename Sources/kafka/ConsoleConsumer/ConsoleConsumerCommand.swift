// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka console-consumer`: the options, checked.
struct ConsoleConsumerCommand: Command {
    enum Topics: Sendable {
        case named([String])
        case matching(TopicFilter)

        var areSeveral: Bool {
            if case .named(let names) = self { return names.count > 1 }
            return true
        }
    }

    let topics: Topics
    private(set) var connection: ConnectionOptions
    let range: ReadRange
    let group: String?
    let maxMessages: Int?
    let timeout: Duration?
    let output: RecordOutput
    let skipsErrors: Bool
    let announcesShutdown: Bool

    init(_ arguments: Arguments) throws {
        topics = try Self.topics(arguments)
        var connection = try ConnectionOptions(arguments)
        group = try Self.group(arguments, connection)
        range = try ReadRange(arguments, connection.properties)
        if group != nil { try range.refuseGroup(arguments) }
        let fromBeginning = arguments.flag("from-beginning")
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
        if timeout != nil || range.exitsAtEnd { self.connection.properties.setDefault(Patience.property) }
        skipsErrors = arguments.flag("skip-message-on-error")
        announcesShutdown = arguments.flag("enable-systest-events")
        output = try RecordOutput(arguments)
    }

    private static func topics(_ arguments: Arguments) throws -> Topics {
        let names = arguments.strings("topic").flatMap(commaSeparated)
        switch (names.isEmpty, arguments.string("include")) {
        case (false, nil): return .named(names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
        case (true, let pattern?): return .matching(try TopicFilter(pattern))
        default: throw CommandError("Exactly one of --include/--topic is required.")
        }
    }

    /// The group, which may be named in three places, but only one group.
    private static func group(_ arguments: Arguments, _ connection: ConnectionOptions) throws -> String? {
        var groups: [String] = []
        for group in arguments.strings("group") + connection.given("group.id") where !groups.contains(group) {
            groups.append(group)
        }
        if groups.count > 1 {
            throw CommandError(
                "The group ids provided in different places (directly using '--group', via '--consumer-property', or via "
                    + "'--consumer.config') do not match. Detected group ids: "
                    + groups.map { "'\($0)'" }.joined(separator: ", "))
        }
        return groups.first ?? connection.properties["group.id"]
    }

    func run(_ context: Context) async throws {
        output.warnOfUnknownProperties(context)
        // The count is printed however the consumer ends, as in Kafka.
        let printer = RecordPrinter(self, context)
        let outcome = await Signals.cancelling {
            try await connection.withCluster(context, clientID: "console-consumer", printer.run)
        }
        context.reportLostOutput()
        // A consumer that never began has nothing to count.
        if case .failure = outcome.result, printer.count == 0 {
        } else {
            context.note("Processed a total of \(printer.count) messages")
        }
        if announcesShutdown { context.out.line("shutdown_complete") }
        try outcome.get()
    }
}
