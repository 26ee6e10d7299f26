// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka consumer-perf-test`
struct ConsumerPerfCommand: Command {
    static let definition = CommandDefinition(
        name: "consumer-perf-test",
        summary: "Measure how fast records can be read from a topic",
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.brokerList,
            .value("topic", "TOPIC", "Topic to read", completion: .topic),
            .value("include", "REGEX", "Read all topics that match", completion: .topic),
            .value("num-records", "N", "How many records to read", aliases: ["messages"]),
            .value("group", "GROUP", "Group to read as [perf-consumer-…]", completion: .group),
            .value("fetch-size", "BYTES", "Bytes of a partition in one request [1048576]"),
            .flag("from-latest", "Begin at the end, unless the group has offsets"),
            .value("socket-buffer-size", "BYTES", "Receive buffer of the socket"),
            .value(
                "consumer-property", "NAME=VALUE", "Property of the client; may be repeated",
                aliases: ["command-property"], repeats: true),
            .value(
                "command-config", "FILE", "File with client properties", aliases: ["consumer.config"], completion: .file
            ),
            .flag("show-detailed-stats", "Print intermediate results"),
            .value("reporting-interval", "MS", "How often to print them [5000]"),
            .value("timeout", "MS", "End when no record came for so long [10000]"),
            .flag("hide-header", "Print no header"),
            .flag("print-metrics", "Print counters of the client at the end"),
            .value("date-format", "PATTERN", "How times are printed, as Java's SimpleDateFormat has it"),
        ],
        subject: "topic",
        examples: [.init("kafka consumer-perf-test perf --num-records 1000000", "Read a million records")],
        differences: [
            "Too few records are a warning on standard error.",
            "--print-metrics prints the counters that the tool keeps, under Kafka's names.",
        ])

    let connection: ConnectionOptions
    let topics: Topics
    let wanted: Int
    let timeout: Duration
    let interval: Duration
    let isDetailed: Bool
    let hidesHeader: Bool
    let printsMetrics: Bool
    let dates: DateFormat

    enum Topics: Sendable {
        case one(String)
        case matching(TopicFilter)
    }

    init(_ arguments: Arguments) throws {
        var connection = try ConnectionOptions(arguments)
        for (option, property) in [
            ("fetch-size", "max.partition.fetch.bytes"), ("socket-buffer-size", "receive.buffer.bytes"),
        ] {
            if let value = try arguments.integer(option, Int32.self) { connection.properties.set(property, "\(value)") }
        }
        if let group = arguments.string("group") {
            connection.properties.set("group.id", group)
        } else if connection.properties["group.id"] == nil {
            connection.properties.set("group.id", "perf-consumer-\(Int.random(in: 0..<100_000))")
        }
        connection.properties.set("auto.offset.reset", arguments.flag("from-latest") ? "latest" : "earliest")
        self.connection = connection
        switch (arguments.string("topic"), arguments.string("include")) {
        case (let topic?, nil): topics = .one(topic)
        case (nil, let pattern?): topics = .matching(try TopicFilter(pattern))
        default: throw CommandError("Exactly one of --topic and --include must be given.")
        }
        guard let wanted = try arguments.integer("num-records", Int.self) else {
            throw CommandError.missing("num-records")
        }
        guard wanted > 0 else { throw CommandError("--num-records should be greater than zero, not \(wanted).") }
        self.wanted = wanted
        timeout = .milliseconds(try arguments.integer("timeout", Int64.self) ?? 10_000)
        interval = .milliseconds(try arguments.integer("reporting-interval", Int64.self) ?? 5_000)
        guard interval > .zero else { throw CommandError("--reporting-interval should be greater than zero.") }
        guard timeout >= .zero else { throw CommandError("--timeout can't be negative.") }
        dates = try DateFormat(arguments)
        printsMetrics = arguments.flag("print-metrics")
        isDetailed = arguments.flag("show-detailed-stats")
        hidesHeader = arguments.flag("hide-header")
    }

    private struct Counts {
        var records = 0
        var bytes = 0
        var time = ContinuousClock.now
        var wall = Timestamps.now()
    }

    func run(_ context: Context) async throws {
        if !hidesHeader {
            let first = isDetailed ? "time, threadId" : "start.time, end.time"
            context.out.line(
                "\(first), data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, "
                    + "fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec")
        }
        try await Signals.cancelling {
            try await connection.withCluster(context, clientID: "perf-consumer-client") { try await read($0, context) }
        }.get()
    }

    private func read(_ cluster: Cluster, _ context: Context) async throws {
        if case .one(let topic) = topics,
            try await cluster.describeTopics([topic]).first?.error == .unknownTopicOrPartition
        {
            throw try await UnknownTopic.error(topic, cluster)
        }
        let consumer = try Consumer(cluster, settlement: .byCaller)
        let result: Result<Void, any Error>
        do {
            switch topics {
            case .one(let topic): try await consumer.subscribe([topic])
            case .matching(let filter): try await consumer.subscribe(matching: filter.matches)
            }
            result = .success(try await measure(consumer, cluster.configuration, context))
        } catch {
            result = .failure(error)
        }
        if let failure = await consumer.close() {
            context.fail(
                "the last offsets were not committed, so the group will read records again: \(failure.message)")
        }
        try result.get()
    }

    private func measure(_ consumer: Consumer, _ configuration: ClientConfiguration, _ context: Context) async throws {
        let start = Counts()
        var now = start
        var reported = start
        var joined: ContinuousClock.Instant?
        var lastRecord = ContinuousClock.now
        while now.records < wanted, ContinuousClock.now - lastRecord <= timeout {
            // Whoever interrupts a measurement wants to see it.
            guard let fetched = try await Self.poll(consumer) else { break }
            if joined == nil, !(await consumer.assignment()).isEmpty { joined = .now }
            for records in fetched where now.records < wanted {
                await consumer.settle([records.partition: try count(records, &now)])
            }
            if !fetched.isEmpty { lastRecord = .now }
            if isDetailed, ContinuousClock.now - reported.time >= interval {
                now.time = .now
                now.wall = Timestamps.now()
                print(from: reported, to: now, detailed: true, rebalance: .zero, context)
                reported = now
            }
        }
        now.time = .now
        now.wall = Timestamps.now()
        if now.records < wanted, !Task.isCancelled {
            try await consumer.throwObstacle()
            context.warn(
                "\(now.records) of \(wanted) records came before none came for \(Self.ms(timeout)) ms; --timeout waits longer."
            )
        }
        if !isDetailed {
            print(from: start, to: now, detailed: false, rebalance: (joined ?? now.time) - start.time, context)
        }
        if printsMetrics {
            PerfMetrics.print(
                group: "consumer-fetch-manager-metrics", clientID: configuration.clientID ?? "",
                [
                    ("bytes-consumed-total", Double(now.bytes)), ("records-consumed-total", Double(now.records)),
                ], context)
        }
    }

    /// - Returns: nil when the task is cancelled.
    private static func poll(_ consumer: Consumer) async throws(ClientError) -> [FetchedRecords]? {
        do throws(ClientError) { return try await consumer.poll(timeout: .milliseconds(100)) } catch {
            guard error.kind == .cancelled else { throw error }
            return nil
        }
    }

    /// Counts records up to the wanted number; the offset behind them.
    private func count(_ records: FetchedRecords, _ counts: inout Counts) throws -> Int64 {
        var reader = RecordBatchReader()
        var (number, bytes) = (0, 0)
        var next = records.startOffset
        let room = wanted - counts.records
        try records.forEachRecord(
            &reader,
            while: { record in
                number += 1
                bytes += (record.key?.count ?? 0) + (record.value?.count ?? 0)
                next = record.offset &+ 1
                return number < room
            })
        counts.records += number
        counts.bytes += bytes
        return number < room ? records.nextOffset : next
    }

    private static func ms(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }

    private func print(from: Counts, to: Counts, detailed: Bool, rebalance: Duration, _ context: Context) {
        let elapsed = Double(max(Self.ms(to.time - from.time), 1)) / 1000
        let fetchMs = max(Self.ms(to.time - from.time - rebalance), 0)
        let fetch = Double(max(fetchMs, 1)) / 1000
        let megabytes = Double(to.bytes - from.bytes) / 1_048_576
        let records = Double(to.records - from.records)
        let front =
            detailed ? "\(dates.text(to.wall)), 0" : "\(dates.text(from.wall)), \(dates.text(to.wall))"
        let numbers = [
            Decimal.text(Double(to.bytes) / 1_048_576, 4), Decimal.text(megabytes / elapsed, 4), "\(to.records)",
            Decimal.text(records / elapsed, 4), "\(Self.ms(rebalance))", "\(fetchMs)",
            Decimal.text(megabytes / fetch, 4),
            Decimal.text(records / fetch, 4),
        ]
        context.out.line("\(front), \(numbers.joined(separator: ", "))")
        context.out.flush()
    }
}
