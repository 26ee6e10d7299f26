// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import Synchronization

/// Appends the records, and prints what becomes of each.
final class VerifiableSender: Sendable {
    private struct Counts {
        var sent: UInt64 = 0
        var acked: UInt64 = 0
        var firstError: ClientError?
    }

    private let options: VerifiableProducerCommand
    private let events: EventLines
    private let counts = Mutex(Counts())

    init(_ options: VerifiableProducerCommand, _ events: EventLines) {
        self.options = options
        self.events = events
    }

    func run(_ cluster: Cluster, _ signals: Signals) async throws {
        let start = ContinuousClock.now
        let producer = try await Producer(cluster) { self.report($0) }
        events.print("startup_complete")
        let work = Task {
            let topic = try await producer.topic(self.options.topic)
            try await self.send(producer, topic, start)
        }
        let lastCall = LastCall()
        lastCall.open(producer)
        signals.onSignal {
            work.cancel()
            lastCall.begin { _ = Task { await producer.abandon("interrupted before brokers took it") } }
        }
        let result = await work.result
        await producer.close()
        events.print("shutdown_complete")
        let counts = counts.withLock { $0 }
        let seconds = max((ContinuousClock.now - start) / .seconds(1), 1e-9)
        events.print(
            "tool_data",
            [
                "sent": .integer(Int64(counts.sent)), "acked": .integer(Int64(counts.acked)),
                "target_throughput": .integer(options.throughput),
                "avg_throughput": .double(Double(counts.acked) / seconds),
            ])
        if signals.received == nil { try result.get() }
        if let error = counts.firstError {
            throw CommandError(
                "\(counts.sent - counts.acked) of \(counts.sent) records were not written: \(error.message)")
        }
    }

    private func send(
        _ producer: Producer, _ topic: ProducerTopic, _ start: ContinuousClock.Instant
    ) async throws {
        let limit = options.limit ?? .max
        // Without a limit as many as fit, with one what a hundredth of a second allows.
        let burst = options.throughput > 0 ? UInt64(max(1, options.throughput / 100)) : 1024
        var number: UInt64 = 0
        while number < limit {
            try Task.checkCancellation()
            let end = number + min(burst, limit - number)
            let first = number
            let next = try producer.withAppender { appender in
                for number in first..<end {
                    if try self.append(number, start, topic, &appender) == false { return number }
                }
                return end
            }
            number = next
            counts.withLock { $0.sent = number }
            if number < end { try await producer.waitForSpace() }
            if options.throughput > 0 {
                let due = start + .microseconds(Int64(Double(number) / Double(options.throughput) * 1_000_000))
                if due > .now { try await Task.sleep(until: due) }
            }
        }
    }

    /// False: there is no room now.
    private func append(
        _ number: UInt64, _ start: ContinuousClock.Instant, _ topic: ProducerTopic, _ appender: inout ProducerAppender
    ) throws -> Bool {
        let value = Array(options.values.value(number).utf8)
        let key = options.values.key(number).map { Array($0.utf8) }
        let time = options.createTime.map { $0 + Int64((ContinuousClock.now - start) / .milliseconds(1)) }
        let result = try value.withUnsafeBytes { value in
            guard let key else { return try appender.append(topic, value: value, timestamp: time) }
            return try key.withUnsafeBytes { try appender.append(topic, value: value, key: $0, timestamp: time) }
        }
        if case .bufferFull = result { return false }
        return true
    }

    /// Called on the client's event loop, once a batch.
    private func report(_ report: DeliveryReport) {
        counts.withLock { counts in
            if let error = report.error {
                if counts.firstError == nil { counts.firstError = error }
            } else {
                counts.acked += UInt64(report.recordCount)  // bounded: our own count of what we sent
            }
        }
        var offset = report.baseOffset
        for number in report.records {
            let key = JSON.optional(options.values.key(number))
            let value = JSON.string(options.values.value(number))
            if let error = report.error {
                events.add(
                    "producer_send_error",
                    [
                        "key": key, "value": value, "topic": .string(report.topic),
                        "exception": .string(error.javaClass), "message": .string(error.message),
                    ])
            } else {
                events.add(
                    "producer_send_success",
                    [
                        "key": key, "value": value, "topic": .string(report.topic),
                        "partition": .integer(Int64(report.partition)), "offset": .integer(offset),
                    ])
                if offset >= 0 { offset &+= 1 }
            }
        }
        events.context.out.flush()
    }
}
