// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// From standard input into the producer's batches: a block is read, its lines are appended under one lock, and the
/// bytes are copied once.
struct LineSender: Sendable {
    let producer: Producer
    let failures: DeliveryFailures
    let context: Context
    let progress: Progress

    enum Pause {
        case needInput
        case bufferFull
        case appendedOne
        /// A line is for a topic that has not been asked for yet.
        case needTopic(String)
    }

    /// The lines of a pipe or file.
    /// - Parameter limit: bytes that a line may have.
    func run(
        _ appender: inout some LineAppender & ~Copyable, _ signals: Signals, _ delimiter: RecordDelimiter, limit: Int,
        _ isSynchronous: Bool
    ) async throws {
        var source = LineSource(
            descriptor: context.input, wake: signals.wakeDescriptor, limit: limit, delimiter: delimiter)
        while true {
            switch try source.fill() {
            case .end, .interrupted: return try await finish()
            case .tooLong:
                failures.skip(
                    line: source.nextLine,
                    "longer than \(limit) bytes, the most that max.request.size allows; --producer-property "
                        + "max.request.size=… allows more, as far as the topic's max.message.bytes goes")
                // Nothing can follow what has no end, however long it goes on.
                if try delimiter == .end || source.skipLine() != .lines { return try await finish() }
            case .lines: break
            }
            try await append(&source, &appender, isSynchronous)
            progress.show(lines: source.nextLine - 1, bytes: source.bytesRead)
        }
    }

    /// Appends the lines that were read.
    private func append(
        _ source: inout LineSource, _ appender: inout some LineAppender & ~Copyable, _ isSynchronous: Bool,
        isTyped: Bool = false
    ) async throws {
        while true {
            switch try appender.append(&source, to: producer, failures, stopAfterOne: isSynchronous) {
            case .needInput: return
            case .bufferFull:
                try await producer.waitForSpace()
                try endIfStarved(source, ", and buffer.memory is full")
            case .appendedOne:
                try await producer.flush()
                if !isTyped { try endIfStarved(source, "") }
            case .needTopic(let name): appender.add(try await producer.topic(name))
            }
        }
    }

    /// More of a long input would wait as long for nothing.
    private func endIfStarved(_ source: borrowing LineSource, _ more: String) throws {
        guard failures.isStarved else { return }
        throw CommandError(
            "line \(source.nextLine) and all behind it were not sent: brokers took nothing for delivery.timeout.ms"
                + more)
    }

    /// Lines typed at a terminal. What is wrong with one is said, and the next may be typed.
    func run(
        _ appender: inout some LineAppender & ~Copyable, _ lines: TypedLines, _ isSynchronous: Bool
    ) async throws {
        var number = 0
        while let line = await lines.next() {
            number += 1
            var source = LineSource(line: Array(line.utf8), number: number)
            do {
                try await append(&source, &appender, isSynchronous, isTyped: true)
            } catch let error as CommandError {
                failures.skip(line: number, error)
            }
            // What is said once of a cause goes for this line too, unless its partition is well.
            if context.notices.isWaiting {
                try? await Task.sleep(for: .milliseconds(200))
                guard let waiting = producer.waitingRecords else { continue }
                context.note("(not delivered yet: \(waiting) line\(waiting == 1 ? "" : "s"))")
            }
        }
        try await finish()
    }

    /// One record, without any input.
    func run(_ appender: inout some LineAppender & ~Copyable, line: [UInt8]) async throws {
        var source = LineSource(line: line, number: 1)
        try await append(&source, &appender, false)
        try await finish()
    }

    private func finish() async throws {
        try await producer.flush()
        progress.clear()
    }
}

/// Makes records of the lines that were read.
protocol LineAppender: ~Copyable {
    /// Appends until there are no more lines, or something has to be waited for; the line that could not be appended is
    /// given back.
    mutating func append(
        _ source: inout LineSource, to producer: Producer, _ failures: DeliveryFailures, stopAfterOne: Bool
    ) throws -> LineSender.Pause
    mutating func add(_ topic: ProducerTopic)
}
