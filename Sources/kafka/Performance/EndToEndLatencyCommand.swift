// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka e2e-latency`: how long a record takes from one producer to one consumer.
struct EndToEndLatencyCommand: Command {
    static let definition = CommandDefinition(
        name: "e2e-latency",
        summary: "Measure how long a record takes from a producer to a consumer",
        options: [
            ConnectionOptions.bootstrapServer,
            .value("topic", "TOPIC", "Topic to write to and read from", completion: .topic),
            .value("num-records", "N", "How many records, one after the other"),
            .value("producer-acks", "ACKS", "1 or all", completion: .words(["1", "all"])),
            .value("record-size", "BYTES", "Size of each record's value"),
            .value("record-key-size", "BYTES", "Size of each record's key; 0 for none [0]"),
            .value("num-headers", "N", "Headers of each record [0]"),
            .value("record-header-key-size", "BYTES", "Size of each header's key [0]"),
            .value("record-header-size", "BYTES", "Size of each header's value; -1 for null [0]"),
            .value("command-config", "FILE", "File with client properties", completion: .file),
        ],
        operands: "[BROKERS TOPIC N ACKS BYTES [FILE]]",
        examples: [
            .init(
                "kafka e2e-latency --topic perf --num-records 10000 --producer-acks 1 --record-size 100",
                "Send ten thousand records, each after the one before has arrived")
        ])

    let connection: ConnectionOptions
    let topic: String
    let count: Int
    let shape: EndToEndRecord.Shape

    init(_ arguments: Arguments) throws {
        var arguments = arguments
        // The old way: everything by its place.
        let names = ["bootstrap-server", "topic", "num-records", "producer-acks", "record-size", "command-config"]
        guard arguments.operands.count <= names.count else {
            throw CommandError("Unexpected argument '\(arguments.operands[names.count])'")
        }
        for (name, word) in zip(names, arguments.operands) {
            guard !arguments.has(name) else {
                throw CommandError("\(name) is given twice: as an option and by its place")
            }
            arguments.add(name, word)
        }
        var connection = try ConnectionOptions(arguments)
        try connection.refuseTransactions()
        topic = try arguments.required("topic")
        guard let count = try arguments.integer("num-records", Int.self) else {
            throw CommandError.missing("num-records")
        }
        guard let size = try arguments.integer("record-size", Int32.self).map(Int.init) else {
            throw CommandError.missing("record-size")
        }
        guard count > 0, size >= 0 else {
            throw CommandError("num-records must be greater than zero, and record-size can't be negative.")
        }
        self.count = count
        func bytes(_ option: String, atLeast least: Int = 0) throws -> Int {
            let value = Int(try arguments.integer(option, Int32.self) ?? 0)
            guard value >= least else {
                throw CommandError("--\(option) can't be less than \(least), but it is \(value).")
            }
            return value
        }
        shape = EndToEndRecord.Shape(
            valueSize: size, keySize: try bytes("record-key-size"), headerCount: try bytes("num-headers"),
            headerKeySize: try bytes("record-header-key-size"),
            headerValueSize: try bytes("record-header-size", atLeast: -1))
        let acks = try arguments.required("producer-acks")
        guard ["1", "all", "-1"].contains(acks) else {
            throw CommandError(
                "Latency testing requires synchronous acknowledgement: producer-acks must be 1 or all, not \(acks).")
        }
        connection.properties.set("acks", acks)
        connection.properties.set("linger.ms", "0")
        connection.properties.set("enable.idempotence", "false")
        self.connection = connection
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            let metadata = try await cluster.topic(topic, allowAutoCreation: true)
            let consumer = try Consumer(cluster)
            var positions: [TopicPartition: StartPosition] = [:]
            for partition in metadata.partitions { positions[TopicPartition(topic, partition.partition)] = .latest }
            await consumer.assign(positions)
            _ = try await consumer.poll(timeout: .milliseconds(100))
            let producer = try await Producer(cluster)
            let destination = try await producer.topic(topic)
            var latencies: [Double] = []
            for index in 0..<count {
                let latency = try await roundTrip(producer, destination, consumer)
                if index % 1000 == 0 { context.out.line("\(index)\t\(Decimal.text(latency, 4))") }
                latencies.append(latency)
            }
            await producer.close()
            await consumer.close()
            let average = latencies.reduce(0, +) / Double(latencies.count)
            context.out.line("Avg latency: \(Decimal.text(average, 4)) ms")
            latencies.sort()
            func percentile(_ part: Double) -> Int { Int(latencies[Int(Double(latencies.count) * part)]) }
            context.out.line(
                "Percentiles: 50th = \(percentile(0.5)), 99th = \(percentile(0.99)), 99.9th = \(percentile(0.999))")
        }
    }

    /// Milliseconds from the append to the record's arrival, which must be the one that was sent.
    private func roundTrip(
        _ producer: Producer, _ topic: ProducerTopic, _ consumer: Consumer
    ) async throws -> Double {
        let record = EndToEndRecord(shape)
        let start = ContinuousClock.now
        _ = try producer.withAppender { try record.append(to: topic, &$0) }
        try await producer.flush()
        let fetched = try await consumer.poll(timeout: .seconds(60))
        let elapsed = ContinuousClock.now - start
        var received: [EndToEndRecord] = []
        for records in fetched {
            var reader = RecordBatchReader()
            try records.forEachRecord(&reader, { received.append(EndToEndRecord($0)) })
        }
        guard !received.isEmpty else { throw CommandError("No record came within 60 seconds.") }
        guard received == [record] else {
            throw CommandError(
                "A record came that was not sent just now: does somebody else write to topic '\(self.topic)'?")
        }
        return Double(elapsed.components.seconds) * 1000 + Double(elapsed.components.attoseconds) / 1e15
    }
}
