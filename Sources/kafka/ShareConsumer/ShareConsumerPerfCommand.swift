// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka share-consumer-perf-test`: the options, checked.
struct ShareConsumerPerfCommand: Command {
    static let definition = CommandDefinition(
        name: "share-consumer-perf-test",
        summary: "Measure how fast the members of a share group can read a topic",
        options: [
            ConnectionOptions.bootstrapServer,
            .value("topic", "TOPIC", "Topic to read", completion: .topic),
            .value("num-records", "N", "End after this many records"),
            .value("messages", "N", "Old name of --num-records").deprecated("is deprecated; use --num-records"),
            .value("group", "GROUP", "The share group [perf-share-consumer]", completion: .group),
            .value("threads", "N", "Members of the group that read at a time [1]"),
            .value("timeout", "MS", "End when no record came for this long [10000]"),
            .value("fetch-size", "BYTES", "Bytes of one fetch [1048576]"),
            .value("socket-buffer-size", "BYTES", "Receive buffer of the socket"),
            .value("reporting-interval", "MS", "How often --show-detailed-stats prints [5000]"),
            .flag("show-detailed-stats", "Print intermediate results"),
            .flag("show-consumer-stats", "Print a line for each member"),
            .flag("print-metrics", "Print the client's metrics; there are none here"),
            .flag("hide-header", "Leave out the line of names"),
            .value("date-format", "PATTERN", "How times are printed, as Java's SimpleDateFormat has it"),
            .value(
                "command-property", "NAME=VALUE", "Property of the client; may be repeated",
                aliases: ["consumer-property"], repeats: true),
            .value(
                "command-config", "FILE", "File with client properties",
                aliases: ["consumer.config", "consumer-config"],
                completion: .file),
        ],
        subject: "topic",
        examples: [
            .init(
                "kafka share-consumer-perf-test --topic perf --num-records 100000 --threads 2",
                "Read with two members")
        ],
        differences: ["Too few records within the time are an error, on standard error and with status 1."])

    let connection: ConnectionOptions
    let topic: String
    let group: String
    let count: Int
    let threads: Int
    let timeout: Duration
    let fetchSize: Int32
    let interval: Duration
    let isDetailed: Bool
    let showsMembers: Bool
    let hidesHeader: Bool
    let dates: DateFormat
    private let wantsMetrics: Bool

    init(_ arguments: Arguments) throws {
        topic = try arguments.required("topic")
        var connection = try ConnectionOptions(arguments)
        if let size = try arguments.integer("socket-buffer-size", Int32.self) {
            connection.properties.set("receive.buffer.bytes", String(size))
        }
        self.connection = connection
        if arguments.has("messages") { try arguments.refuse(["num-records"], with: "messages") }
        let wanted = try arguments.integer("num-records", Int.self) ?? arguments.integer("messages", Int.self)
        guard let wanted else { throw CommandError.missing("num-records") }
        func positive<Number: BinaryInteger>(_ option: String, _ value: Number) throws -> Number {
            guard value > 0 else { throw CommandError("--\(option) should be greater than zero, not \(value).") }
            return value
        }
        count = try positive("num-records", wanted)
        group = arguments.string("group") ?? "perf-share-consumer"
        threads = try positive("threads", try arguments.integer("threads") ?? 1)
        let timeout = try arguments.integer("timeout", Int64.self) ?? 10_000
        guard timeout >= 0 else { throw CommandError("--timeout can't be negative, but it is \(timeout).") }
        self.timeout = .milliseconds(timeout)
        fetchSize = try positive("fetch-size", try arguments.integer("fetch-size") ?? 1_048_576)
        interval = .milliseconds(
            try positive("reporting-interval", try arguments.integer("reporting-interval", Int64.self) ?? 5000))
        isDetailed = arguments.flag("show-detailed-stats")
        showsMembers = arguments.flag("show-consumer-stats")
        hidesHeader = arguments.flag("hide-header")
        dates = try DateFormat(arguments)
        wantsMetrics = arguments.flag("print-metrics")
    }

    func run(_ context: Context) async throws {
        if wantsMetrics { context.warn("--print-metrics has nothing to print: this client keeps no metrics.") }
        let test = ShareConsumerPerf(self, context)
        try await Signals.cancelling {
            try await Unsupported.explained(Unsupported.shareGroups) { try await test.run() }
        }.get()
    }
}
