// SPDX-License-Identifier: Apache-2.0

import KafkaClient

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
            .value("warmup-records", "N", "Records before those that are measured [0]"),
        ],
        operands: "[NAME=VALUE…]",
        examples: [
            .init(
                "kafka producer-perf-test --topic perf --num-records 1000000 --record-size 100 --throughput -1",
                "Write a million records of 100 bytes")
        ])

    let connection: ConnectionOptions
    let topic: String
    let count: Int
    let payloads: PerfPayloads
    let throughput: Double
    let reportingMs: Int64
    let warmup: Int

    init(_ arguments: Arguments) throws {
        var connection = try ConnectionOptions(arguments)
        // argparse4j takes several words behind one --producer-props.
        try connection.properties.add(
            arguments.strings("producer-props") + arguments.operands, option: "producer-props")
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
        warmup = try arguments.integer("warmup-records") ?? 0
        guard warmup >= 0, warmup < count else {
            throw CommandError("The value for --warmup-records must be between 0 and the number of records, \(count).")
        }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context, clientID: "perf-producer-client") { cluster in
            let statistics = PerfStatistics(reportingMs: reportingMs, ignoring: warmup, context)
            let producer = try await Producer(cluster) { statistics.record($0) }
            let destination = try await producer.topic(topic)
            try await send(producer, destination, statistics)
            try await producer.flush()
            await producer.close()
            statistics.printTotal()
            if let error = statistics.firstError { throw error }
        }
    }

    private func send(_ producer: Producer, _ topic: ProducerTopic, _ statistics: PerfStatistics) async throws {
        var payloads = payloads
        let clock = ContinuousClock()
        let start = clock.now
        var sent = 0
        // Without a limit as many as fit, with one what a hundredth of a second allows.
        let burst = throughput > 0 ? max(1, Int(throughput / 100)) : 4096
        while sent < count {
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
            if throughput > 0 {
                let due = start + .microseconds(Int64(Double(sent) / throughput * 1_000_000))
                if due > clock.now { try await Task.sleep(until: due, clock: clock) }
            }
        }
    }
}

/// What is written.
struct PerfPayloads: Sendable {
    private enum Source: Sendable {
        case random([UInt8])
        case lines([[UInt8]])
        case numbers
    }

    private var source: Source
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(_ arguments: Arguments) throws {
        let given = ["record-size", "payload-file", "payload-monotonic"].filter(arguments.has)
        guard given.count == 1 else {
            throw CommandError("Exactly one of --record-size, --payload-file and --payload-monotonic must be given.")
        }
        if let size = try arguments.integer("record-size", Int.self) {
            guard size > 0 else { throw CommandError("--record-size should be greater than zero, not \(size).") }
            source = .random([UInt8](repeating: 65, count: size))
        } else if let path = arguments.string("payload-file") {
            let text = try FileText.read(path, for: "the file of --payload-file")
            let delimiter = (arguments.string("payload-delimiter") ?? "\n").replacing("\\n", with: "\n")
            let lines = text.split(separator: delimiter).map { Array($0.utf8) }
            if lines.isEmpty { throw CommandError("The file of --payload-file, '\(path)', is empty.") }
            source = .lines(lines)
        } else {
            source = .numbers
        }
    }

    private mutating func next() -> UInt64 {
        // xorshift64*: quick, and letters need no better.
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func withPayload<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows
        -> Result
    {
        switch source {
        case .numbers: return try Array(String(number).utf8).withUnsafeBytes(body)
        case .lines(let lines): return try lines[Int(next() % UInt64(lines.count))].withUnsafeBytes(body)
        case .random(var bytes):
            source = .numbers
            var index = 0
            while index < bytes.count {
                var letters = next()
                for _ in 0..<min(8, bytes.count - index) {
                    bytes[index] = 65 + UInt8(truncatingIfNeeded: letters & 255) % 26
                    letters >>= 8
                    index += 1
                }
            }
            defer { source = .random(bytes) }
            return try bytes.withUnsafeBytes(body)
        }
    }
}
