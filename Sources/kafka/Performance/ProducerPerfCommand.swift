// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka producer-perf-test`
struct ProducerPerfCommand: Command {
    static let definition = CommandDefinition(
        name: "producer-perf-test",
        summary: "Measure how fast records can be written to a topic",
        options: [
            ConnectionOptions.bootstrapServer,
            .value("topic", "TOPIC", "Topic to write to", completion: .topic),
            .value("num-records", "N", "How many records to write"),
            .value("record-size", "BYTES", "Size of each record's value, of random letters"),
            .value("payload-file", "FILE", "Take values from the lines of a file, in random order", completion: .file),
            .value("payload-delimiter", "TEXT", "What separates the values of --payload-file [newline]"),
            .flag("payload-monotonic", "Values are the numbers 0, 1, 2 …"),
            .value("throughput", "N", "Records a second at most; -1 for no limit [-1]"),
            .value(
                "producer-props", "NAME=VALUE", "Properties of the client; may be repeated",
                aliases: ["command-property", "producer-property"], repeats: true),
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["producer.config"], completion: .file
            ),
            .value("reporting-interval", "MS", "Print intermediate results so often [5000]"),
            .value("warmup-records", "N", "Records whose results a second line of totals leaves out [0]"),
            .value(
                "transactional-id", "ID",
                "Write in transactions, under this id [performance-producer-…, if a duration is given]"),
            .value("transaction-duration-ms", "MS", "Commit each transaction after so long [3000]"),
            .flag("print-metrics", "Print counters of the client at the end"),
        ],
        operands: "[NAME=VALUE…]",
        examples: [
            .init(
                "kafka producer-perf-test --topic perf --num-records 1000000 --record-size 100 --throughput -1",
                "Write a million records of 100 bytes"),
            .init(
                "kafka producer-perf-test --topic perf --num-records 1000000 --record-size 100 --transaction-duration-ms 500",
                "Write them in transactions of half a second"),
        ],
        differences: [
            "Nothing but --topic, --num-records and the payload must be given.",
            "--payload-delimiter is a text, not a regular expression.",
            "--print-metrics prints the counters that this client keeps, under Kafka's names.",
            "Records that could not be written end the tool with one line on standard error and status 1.",
        ])

    let connection: ConnectionOptions
    let topic: String
    let count: Int
    let payloads: PerfPayloads
    let throughput: Double
    let reportingMs: Int64
    let warmup: Int
    /// How long a transaction lasts; nil without transactions.
    let transactionDuration: Duration?
    let printsMetrics: Bool

    init(_ arguments: Arguments) throws {
        var connection = try ConnectionOptions(arguments)
        // argparse4j takes several words behind one --producer-props.
        try connection.properties.add(arguments.operands, option: "producer-props")
        transactionDuration = try Self.transactions(arguments, &connection.properties)
        self.connection = connection
        topic = try arguments.required("topic")
        guard let count = try arguments.integer("num-records", Int.self) else {
            throw CommandError.missing("num-records")
        }
        guard count > 0 else { throw CommandError("--num-records should be greater than zero, not \(count).") }
        self.count = count
        payloads = try PerfPayloads(arguments)
        throughput = try arguments.double("throughput") ?? -1
        reportingMs = try arguments.integer("reporting-interval") ?? 5000
        guard reportingMs > 0 else {
            throw CommandError("--reporting-interval should be greater than zero, not \(reportingMs).")
        }
        printsMetrics = arguments.flag("print-metrics")
        warmup = try arguments.integer("warmup-records") ?? 0
        guard warmup >= 0, warmup < count else {
            throw CommandError("The value for --warmup-records must be between 0 and the number of records, \(count).")
        }
    }

    /// An id or a duration asks for transactions; the id of the option wins over that of the properties.
    private static func transactions(_ arguments: Arguments, _ properties: inout Properties) throws -> Duration? {
        let ms = try arguments.integer("transaction-duration-ms", Int64.self)
        if let ms, ms <= 0 {
            throw CommandError("--transaction-duration-ms should be greater than zero, not \(ms).")
        }
        if let id = arguments.string("transactional-id") {
            guard !id.isEmpty else { throw CommandError("--transactional-id should not be empty.") }
            properties.set("transactional.id", id)
        } else if properties["transactional.id"] == nil {
            guard ms != nil else { return nil }
            properties.set("transactional.id", "performance-producer-\(KafkaUUID.random())")
        }
        return .milliseconds(ms ?? 3000)
    }

    func run(_ context: Context) async throws {
        payloads.announce(context)
        if warmup > 0 {
            context.out.line(
                "Warmup first \(warmup) records. Steady state results will print after the complete test summary.")
        }
        try await connection.withCluster(context, clientID: "perf-producer-client") { cluster in
            let statistics = PerfStatistics(reportingMs: reportingMs, warmup: warmup, context)
            let producer = try await Producer(cluster) { statistics.record($0) }
            do {
                if transactionDuration != nil { try await producer.initTransactions() }
                try await send(producer, try await producer.topic(topic))
                try await producer.flush()
            } catch {
                await producer.close()
                throw error
            }
            await producer.close()
            statistics.printTotals()
            if printsMetrics { PerfMetrics.print(producer.statistics, of: cluster.configuration, context) }
            if let error = statistics.firstError { throw error }
        }
    }

    private func send(_ producer: Producer, _ topic: ProducerTopic) async throws {
        var payloads = payloads
        let clock = ContinuousClock()
        let start = clock.now
        var transactionStart: ContinuousClock.Instant?
        var sent = 0
        // Without a limit as many as fit, with one what a hundredth of a second allows.
        let burst = throughput > 0 ? max(1, Int(throughput / 100)) : 4096
        while sent < count {
            if transactionDuration != nil, transactionStart == nil {
                try await producer.beginTransaction()
                transactionStart = clock.now
            }
            let wanted = min(burst, count - sent)
            let accepted = try producer.withAppender { appender in
                for index in 0..<wanted {
                    let result = try payloads.withPayload(sent + index) { try appender.appendValue(topic, $0) }
                    if case .bufferFull = result { return index }
                }
                return wanted
            }
            sent += accepted
            if accepted < wanted { try await producer.waitForSpace() }
            if let begin = transactionStart, let transactionDuration,
                sent == count || clock.now - begin >= transactionDuration
            {
                try await producer.commitTransaction()
                transactionStart = nil
            }
            if throughput > 0 {
                let due = start + .microseconds(Int64(Double(sent) / throughput * 1_000_000))
                if due > clock.now { try await Task.sleep(until: due, clock: clock) }
            }
        }
    }
}
