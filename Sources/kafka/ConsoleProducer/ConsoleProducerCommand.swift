// SPDX-License-Identifier: Apache-2.0

import KafkaClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `kafka console-producer`
struct ConsoleProducerCommand: Command {
    enum Input: Sendable {
        case lines(LineFormat)
        case json
    }

    /// Nil if each line of JSON names its own.
    let topic: String?
    let connection: ConnectionOptions
    let input: Input
    let options: RecordOptions
    let isSynchronous: Bool
    private let unknownProperties: [String]

    init(_ arguments: Arguments) throws {
        let isJSON = try arguments.choice("format", ["lines", "json"]) == "json"
        topic = isJSON ? arguments.string("topic") : try arguments.required("topic")
        if let reader = arguments.string("line-reader"), !reader.hasSuffix("LineMessageReader") {
            throw CommandError("The line-reader '\(reader)' is Java code; only Kafka's own LineMessageReader is known.")
        }
        connection = try Self.connection(arguments)
        try connection.refuseTransactions()
        isSynchronous = arguments.flag("sync")

        var properties = Properties()
        if let file = arguments.string("reader-config") {
            properties = try Properties(file: file, option: "reader-config")
        }
        try properties.add(arguments.strings("property"), option: "property")
        let format = try LineFormat(properties)
        input = isJSON ? .json : .lines(format)
        options = try RecordOptions(arguments)
        if isJSON {
            try arguments.refuse(["property", "reader-config", "tombstone"], with: "format")
        } else if options.key != nil, format.parsesKey {
            throw CommandError("With parse.key=true lines bring their own keys; leave out one of the two, or --key.")
        }
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
        if connection.properties["batch.size"] == nil { connection.properties.set("batch.size", "524288") }
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
        let isInteractive = isatty(context.input) == 1 && context.environment.isTerminalOutput
        let lines = isInteractive ? TypedLines(context, signals) : nil
        let status = try await connection.withCluster(context, clientID: "console-producer") { cluster in
            let progress = Progress(context, isEnabled: !isInteractive && context.environment.showsProgress)
            let failures = DeliveryFailures(context, progress)
            let producer = try await Producer(cluster) { failures.add($0) }
            let sender = LineSender(producer: producer, failures: failures, context: context, progress: progress)
            do {
                try await send(sender, lines, signals)
                await producer.close()
            } catch {
                progress.clear()
                await producer.close()
                throw error
            }
            failures.summarize()
            return signals.exitStatus
        }
        if let status { throw Interrupted(status: status) }
    }

    private func send(_ sender: LineSender, _ lines: TypedLines?, _ signals: Signals) async throws {
        let limit = sender.producer.cluster.configuration.producer.maxRequestSize
        let topic: ProducerTopic? = if let topic { try await sender.producer.topic(topic) } else { nil }
        switch input {
        case .json:
            var appender = EnvelopeAppender(topic, options, sender.context)
            // Escapes and base64 make a line longer than its record.
            try await send(sender, &appender, lines, signals, limit: limit * 6 + 1 << 20)
        case .lines(let format):
            guard let topic else { throw CommandError.missing("topic") }
            var appender = TextAppender(topic, format, options)
            if options.isTombstone, let key = options.key { return try await sender.run(&appender, line: key) }
            try await send(sender, &appender, lines, signals, limit: max(limit, 1 << 20))
        }
    }

    private func send(
        _ sender: LineSender, _ appender: inout some LineAppender & ~Copyable, _ lines: TypedLines?, _ signals: Signals,
        limit: Int
    ) async throws {
        if let lines {
            try await sender.run(&appender, lines, isSynchronous)
        } else {
            try await sender.run(&appender, signals, limit: limit, isSynchronous)
        }
    }
}
