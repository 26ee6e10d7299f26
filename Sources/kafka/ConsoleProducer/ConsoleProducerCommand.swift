// SPDX-License-Identifier: Apache-2.0

import KafkaClient

/// `kafka console-producer`
struct ConsoleProducerCommand: Command {
    let topic: String
    let connection: ConnectionOptions
    let format: LineFormat
    let isSynchronous: Bool
    private let unknownProperties: [String]

    init(_ arguments: Arguments) throws {
        topic = try arguments.required("topic")
        if let reader = arguments.string("line-reader"), !reader.hasSuffix("LineMessageReader") {
            throw CommandError("The line-reader '\(reader)' is Java code; only Kafka's own LineMessageReader is known.")
        }
        connection = try Self.connection(arguments)
        isSynchronous = arguments.flag("sync")

        var properties = Properties()
        if let file = arguments.string("reader-config") {
            properties = try Properties(file: file, option: "reader-config")
        }
        try properties.add(arguments.strings("property"), option: "property")
        format = try LineFormat(properties)
        unknownProperties = properties.entries.map(\.name).filter { !LineFormat.propertyNames.contains($0) }
    }

    /// Client properties: the file, then `--producer-property`, then options, which only fill gaps, as in Kafka.
    private static func connection(_ arguments: Arguments) throws -> ConnectionOptions {
        var connection = try ConnectionOptions(arguments)
        try connection.properties.add(arguments.strings("producer-property"), option: "producer-property")
        for (option, property) in propertyOptions {
            guard let text = arguments.string(option) else { continue }
            if option != "request-required-acks" { _ = try arguments.integer(option, Int64.self) }
            connection.properties.set(property, text)
        }
        // Kafka's own defaults of linger and batch size are for programs; a pipe fills larger batches at once.
        if connection.properties["batch.size"] == nil { connection.properties.set("batch.size", "262144") }
        if connection.properties["linger.ms"] == nil { connection.properties.set("linger.ms", "5") }
        if arguments.has("compression-codec") {
            let codec = arguments.string("compression-codec") ?? "gzip"
            let codecs = ["none", "gzip", "snappy", "lz4", "zstd"]
            guard codecs.contains(codec) else {
                throw CommandError(
                    "Invalid value \(codec) of option compression-codec: it must be one of \(codecs.joined(separator: ", "))"
                )
            }
            connection.properties.set("compression.type", codec)
        }
        return connection
    }

    func run(_ context: Context) async throws {
        for name in unknownProperties {
            let hint = closest(to: name, among: LineFormat.propertyNames)
            context.warn(
                "There is no property '\(name)'" + (hint.map { "; did you mean \($0)?" } ?? "; it is ignored."))
        }
        let signals = Signals.catching()
        let status = try await connection.withCluster(context, clientID: "console-producer") { cluster in
            let failures = DeliveryFailures(context)
            let producer = try await Producer(cluster) { failures.add($0) }
            do {
                let destination = try await producer.topic(topic)
                var sender = LineSender(
                    producer: producer, topic: destination, format: format, failures: failures, context: context)
                try await sender.run(signals, limit: cluster.configuration.producer.maxRequestSize, isSynchronous)
                await producer.close()
            } catch {
                await producer.close()
                throw error
            }
            failures.summarize()
            return signals.exitStatus
        }
        if let status { throw Interrupted(status: status) }
    }
}
