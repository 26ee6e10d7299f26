// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// Lines of JSON, each of which may say more than its value: where it goes, when it was, its headers.
struct EnvelopeAppender: LineAppender, ~Copyable {
    /// The topic of all records; nil if each line names its own.
    private var fixed: ProducerTopic?
    private let options: RecordOptions
    private let context: Context
    private var reader = EnvelopeReader()
    private var topics: [String: ProducerTopic] = [:]
    /// The topic of the line before, which is most often that of the next.
    private var last: (name: [UInt8], topic: ProducerTopic)?
    private var hasWarned = false

    init(_ topic: ProducerTopic?, _ options: RecordOptions, _ context: Context) {
        fixed = topic
        self.options = options
        self.context = context
    }

    mutating func add(_ topic: ProducerTopic) { topics[topic.name] = topic }

    mutating func append(
        _ source: inout LineSource, to producer: Producer, _ failures: DeliveryFailures, stopAfterOne: Bool
    ) throws -> LineSender.Pause {
        // The lines that end the loop are few, so that leaving the lock for them costs nothing.
        var pause = LineSender.Pause.needInput
        try producer.withAppender { appender in
            while let line = source.next() {
                let number = source.nextLine - 1
                // Lines of white space alone are no records.
                guard line.contains(where: { $0 > 32 }) else {
                    failures.pass(line: number)
                    continue
                }
                do {
                    let envelope = try read(line, number)
                    guard let topic = try topic(envelope, number) else {
                        source.putBack(line)
                        pause = .needTopic(String(decoding: envelope.topic ?? line, as: UTF8.self))
                        return
                    }
                    if case .bufferFull = try append(envelope, to: topic, number, &appender) {
                        source.putBack(line)
                        pause = .bufferFull
                        return
                    }
                    if stopAfterOne {
                        pause = .appendedOne
                        return
                    }
                } catch let error as ClientError where error.kind == .tooLarge {
                    failures.skip(line: number, error.message)
                }
            }
        }
        return pause
    }

    private mutating func read(_ line: UnsafeRawBufferPointer, _ number: Int) throws -> Envelope {
        do throws(EnvelopeError) {
            return try reader.read(line)
        } catch {
            throw CommandError("line \(number): \(error)")
        }
    }

    /// Nil if the cluster has to be asked for it.
    private mutating func topic(_ envelope: Envelope, _ number: Int) throws -> ProducerTopic? {
        if let fixed { return fixed }
        guard let name = envelope.topic, !name.isEmpty else {
            throw CommandError("line \(number): no field 'topic', and no --topic says where it goes")
        }
        if let last, last.name.withUnsafeBytes({ $0.isSame(as: name) }) { return last.topic }
        guard let topic = topics[String(decoding: name, as: UTF8.self)] else { return nil }
        last = (Array(name), topic)
        return topic
    }

    private mutating func append(
        _ envelope: Envelope, to topic: ProducerTopic, _ number: Int, _ appender: inout ProducerAppender
    ) throws -> AppendResult {
        var partition = options.partition
        if partition == nil, let wanted = envelope.partition {
            if wanted < topic.partitionCount {
                partition = wanted
            } else if !hasWarned {
                hasWarned = true
                context.warn(
                    "line \(number): topic \(topic.name) has no partition \(wanted), only 0 to \(topic.partitionCount - 1); "
                        + "records of partitions that it lacks go where their keys say.")
            }
        }
        let timestamp = options.timestamp ?? envelope.timestamp
        let value = options.isTombstone ? nil : envelope.value
        let key = envelope.key
        if options.isEmpty {
            return try reader.headers.withHeaders { headers in
                try appender.append(
                    topic, value: value, key: key, partition: partition, timestamp: timestamp, headers: headers)
            }
        }
        var headers = reader.headers
        options.add(to: &headers)
        return try headers.withHeaders { headers in
            guard let own = options.key else {
                return try appender.append(
                    topic, value: value, key: key, partition: partition, timestamp: timestamp, headers: headers)
            }
            return try own.withUnsafeBytes { own in
                try appender.append(
                    topic, value: value, key: own, partition: partition, timestamp: timestamp, headers: headers)
            }
        }
    }
}
