// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// From standard input into the producer's batches: a block is read, its lines are appended under one lock, and the
/// bytes are copied once.
struct LineSender: Sendable {
    let producer: Producer
    let topic: ProducerTopic
    let format: LineFormat
    let failures: DeliveryFailures
    let context: Context

    private enum Pause: Sendable {
        case needInput
        case bufferFull
        case appendedOne
    }

    mutating func run(_ signals: Signals, limit: Int, _ isSynchronous: Bool) async throws {
        var source = LineSource(descriptor: context.input, wake: signals.wakeDescriptor, limit: max(limit, 1 << 20))
        let prompts = isatty(context.input) == 1 && context.environment.isTerminalOutput
        while true {
            if prompts {
                context.out.write(">")
                context.out.flush()
            }
            switch try source.fill() {
            case .end, .interrupted: return try await producer.flush()
            case .tooLong:
                failures.skip(line: source.nextLine, "longer than the \(limit) bytes of max.request.size")
                if try source.skipLine() != .lines { return try await producer.flush() }
            case .lines: break
            }
            while true {
                let pause = try append(&source, stopAfterOne: isSynchronous)
                if pause == .needInput { break }
                if pause == .bufferFull { try await producer.waitForSpace() }
                if pause == .appendedOne { try await producer.flush() }
            }
        }
    }

    /// Appends the lines that were read.
    private func append(_ source: inout LineSource, stopAfterOne: Bool) throws -> Pause {
        try producer.withAppender { appender in
            var headers = EncodedRecordHeaders()
            while let line = source.next() {
                do {
                    let result: AppendResult
                    if format.isPlain {
                        result = try appender.appendValue(topic, line)
                    } else {
                        let parts = try format.parse(line, number: source.nextLine - 1, &headers)
                        result = try headers.withHeaders { encoded in
                            try appender.append(topic, value: parts.value, key: parts.key, headers: encoded)
                        }
                    }
                    if case .bufferFull = result {
                        source.putBack(line)
                        return .bufferFull
                    }
                    if stopAfterOne { return .appendedOne }
                } catch let error as ClientError where error.kind == .tooLarge {
                    failures.skip(line: source.nextLine - 1, error.message)
                }
            }
            return .needInput
        }
    }
}
