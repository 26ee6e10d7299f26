// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Lines that are values, or keys and headers and values with separators between.
struct TextAppender: LineAppender {
    let topic: ProducerTopic
    let format: LineFormat
    let options: RecordOptions
    private var headers = EncodedRecordHeaders()

    init(_ topic: ProducerTopic, _ format: LineFormat, _ options: RecordOptions) {
        self.topic = topic
        self.format = format
        self.options = options
    }

    mutating func add(_: ProducerTopic) {}

    mutating func append(
        _ source: inout LineSource, to producer: Producer, _ failures: DeliveryFailures, stopAfterOne: Bool
    ) throws -> LineSender.Pause {
        let isPlain = format.isPlain && options.isEmpty
        let topic = topic
        return try producer.withAppender { appender in
            while let line = source.next() {
                do {
                    let result: AppendResult
                    if isPlain {
                        result = try appender.appendValue(topic, line)
                    } else {
                        result = try append(line, number: source.nextLine - 1, &appender)
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

    private mutating func append(
        _ line: UnsafeRawBufferPointer, number: Int, _ appender: inout ProducerAppender
    ) throws -> AppendResult {
        var parts = try format.parse(line, number: number, &headers)
        options.add(to: &headers)
        if options.isTombstone {
            parts.key = parts.key ?? parts.value
            parts.value = nil
        }
        return try headers.withHeaders { encoded in
            guard let key = options.key else {
                return try appender.append(
                    topic, value: parts.value, key: parts.key, partition: options.partition,
                    timestamp: options.timestamp, headers: encoded)
            }
            return try key.withUnsafeBytes { key in
                try appender.append(
                    topic, value: parts.value, key: key, partition: options.partition, timestamp: options.timestamp,
                    headers: encoded)
            }
        }
    }
}
