// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import Libc

/// `kafka console-producer`
struct ConsoleProducerCommand: Command {
    enum Input: Sendable {
        case lines(LineFormat, RecordDelimiter)
        case json
    }

    /// Nil if each line of JSON names its own.
    let topic: String?
    let connection: ConnectionOptions
    let input: Input
    let options: RecordOptions
    let isSynchronous: Bool
    let keepsHistory: Bool
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
        keepsHistory = arguments.flag("history")

        var properties = Properties()
        if let file = arguments.string("reader-config") {
            properties = try Properties(file: file, option: "reader-config")
        }
        if let delimiter = arguments.string("key-delimiter") {
            properties.set("parse.key", "true")
            properties.set("key.separator", try EscapedText.read(delimiter, option: "key-delimiter"))
        }
        try properties.add(arguments.strings("property"), option: "property")
        let format = try LineFormat(properties)
        input = isJSON ? .json : .lines(format, try RecordDelimiter(arguments))
        options = try RecordOptions(arguments)
        if isJSON {
            try arguments.refuse(
                ["property", "reader-config", "key-delimiter", "tombstone", "delimiter", "whole"], with: "format")
        } else if options.key != nil, format.parsesKey {
            throw CommandError("With parse.key=true lines bring their own keys; leave out one of the two, or --key.")
        }
        unknownProperties = properties.entries.map(\.name).filter { !LineFormat.propertyNames.contains($0) }
    }

    /// Client properties: the file, then `--producer-property`, then options, which only fill gaps, as in Kafka.
    private static func connection(_ arguments: Arguments) throws -> ConnectionOptions {
        var connection = try ConnectionOptions(arguments)
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
        let lastCall = LastCall()
        let work = Task {
            try await connection.withCluster(context, clientID: "console-producer") { cluster in
                try await produce(cluster, context, signals, lastCall)
            }
        }
        signals.onSignal { lastCall.begin { work.cancel() } }
        let result = await work.result
        if let status = signals.exitStatus { throw Interrupted(status: status) }
        try result.get()
    }

    private func produce(
        _ cluster: Cluster, _ context: Context, _ signals: Signals, _ lastCall: LastCall
    ) async throws {
        let isInteractive = isatty(context.input) == 1 && context.environment.isTerminalOutput && delimiter == .newline
        let lines = isInteractive ? TypedLines(context, signals, keepsHistory: keepsHistory) : nil
        let progress = Progress(context, isEnabled: !isInteractive && context.environment.showsProgress)
        let failures = DeliveryFailures(context, unit: delimiter.unit)
        let producer = try await Producer(cluster) { failures.add($0) }
        context.notices.add {
            producer.waitingRecords.map { "\($0) \(delimiter.unit)\($0 == 1 ? " waits" : "s wait")" }
        }
        let sender = LineSender(producer: producer, failures: failures, context: context, progress: progress)
        do {
            try await send(sender, lines, signals, lastCall)
            await producer.close()
        } catch {
            progress.clear()
            if Task.isCancelled {
                await producer.abandon("interrupted before brokers took it")
            } else if failures.isStarved {
                await producer.abandon("given up, as brokers take nothing")
            }
            await producer.close()
            failures.summarize()
            throw error
        }
        failures.summarize()
    }

    private var delimiter: RecordDelimiter {
        if case .lines(_, let delimiter) = input { delimiter } else { .newline }
    }

    private func send(
        _ sender: LineSender, _ lines: TypedLines?, _ signals: Signals, _ lastCall: LastCall
    ) async throws {
        let limit = sender.producer.cluster.configuration.producer.maxRequestSize
        let topic: ProducerTopic? = if let topic { try await sender.producer.topic(topic) } else { nil }
        lastCall.open(sender.producer)
        switch input {
        case .json:
            var appender = EnvelopeAppender(topic, options, sender.context)
            // Escapes and base64 make a line longer than its record.
            let longest = limit.multipliedSaturating(by: 6).addingSaturating(1 << 20)
            try await send(sender, &appender, lines, signals, limit: longest)
        case .lines(let format, _):
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
            try await sender.run(&appender, signals, delimiter, limit: limit, isSynchronous)
        }
    }
}

extension Producer {
    /// Records that are neither delivered nor given up; nil for none.
    var waitingRecords: UInt64? {
        let statistics = statistics
        let waiting = statistics.recordsAppended &- statistics.recordsDelivered &- statistics.recordsFailed
        return waiting == 0 ? nil : waiting
    }
}
