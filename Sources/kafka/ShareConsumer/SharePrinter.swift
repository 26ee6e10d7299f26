// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
import Synchronization

/// From a share group to standard output; what is printed is acknowledged.
final class SharePrinter: Sendable {
    private let options: ConsoleShareConsumerCommand
    private let context: Context
    private let printed = Atomic<Int>(0)

    init(_ options: ConsoleShareConsumerCommand, _ context: Context) {
        self.options = options
        self.context = context
    }

    /// Records so far.
    var count: Int { printed.load(ordering: .relaxed) }

    func run(_ cluster: Cluster) async throws {
        try await ShareTopics.check(options.topic, cluster)
        var settings = ShareConsumerConfiguration(group: options.group, topics: [options.topic], isImplicit: false)
        if let most = options.maxMessages, most < Int(settings.maxRecords) {
            // Nobody else should wait for records that will not be printed.
            settings.maxRecords = Int32(max(most, 1))
            settings.isRecordLimit = true
        }
        if options.timeout != nil { settings.patience = .seconds(5) }
        let consumer = ShareConsumer(cluster, settings)
        // Who dies without leaving the group keeps its records from others until their locks time out.
        context.out.outliveReader()
        defer { context.out.endIfReaderIsGone() }
        let result = await Task { try await self.consume(consumer) }.cancelling()
        await Task { await consumer.close() }.value
        report(await consumer.takeResults())
        if !Task.isCancelled { try result.get() }
    }

    private func report(_ results: [AcknowledgeResult]) {
        for outcome in results {
            if let error = outcome.error { context.fail("\(outcome.partition) was not acknowledged: \(error.message)") }
        }
    }

    private func consume(_ consumer: ShareConsumer) async throws {
        var lastRecord = ContinuousClock.now
        while count < options.maxMessages ?? .max {
            var wait = Duration.seconds(60)
            if let timeout = options.timeout { wait = min(wait, timeout - (ContinuousClock.now - lastRecord)) }
            if wait <= .zero {
                if let obstacle = await consumer.obstacle { throw obstacle }
                return
            }
            let fetched = try await consumer.poll(timeout: wait)
            var lines: [Line] = []
            let result = Result { for records in fetched { try print(records, &lines) } }
            context.out.flush()
            // What has gone out is done with. What is left over goes back when the session ends, which does not count as
            // a delivery.
            let sent = context.out.sent
            for line in lines where line.end <= sent {
                await consumer.acknowledge(line.partition, [line.offset], line.isBad ? .reject : options.type)
            }
            let count = lines.count { $0.end <= sent }
            printed.add(count, ordering: .relaxed)
            try result.get()
            // Reported when the command ends.
            if context.out.failure != nil { return }
            report(await consumer.takeResults())
            if !fetched.isEmpty { lastRecord = .now }
        }
    }

    /// A record that was printed, or could not be.
    private struct Line {
        var partition: TopicPartition
        var offset: Int64
        /// The bytes written to the output until then.
        var end: Int
        var isBad = false
    }

    private func print(_ records: ShareRecords, _ lines: inout [Line]) throws {
        let room = (options.maxMessages ?? .max) - count
        var source = RecordSource(topic: records.partition.topic, partition: records.partition.partition)
        var batches = BatchFinder(needed: options.formatter.needsBatch, records.buffer)
        try context.out.batch { out in
            try records.forEachRecord { record in
                guard lines.count < room else { return }
                source.batch = batches.batch(of: record.offset)
                var line = Line(partition: records.partition, offset: record.offset, end: 0)
                do {
                    try options.formatter.write(record, source, to: &out)
                } catch {
                    let place = "\(records.partition) offset \(record.offset)"
                    guard options.rejectsErrors else { throw CommandError("\(place): \(error)") }
                    context.err.line(VisibleText.of("\(context.name): \(place) is rejected: \(error)"))
                    context.err.flush()
                    line.isBad = true
                }
                line.end = out.written
                lines.append(line)
            }
        }
    }
}

enum ShareTopics {
    /// A topic that isn't there is an error; its group would wait for ever.
    static func check(_ topic: String, _ cluster: Cluster) async throws {
        // Before the topic, the feature: without it there is nothing to be done about the topic.
        guard try await cluster.version(of: ShareGroupHeartbeatRequest.self) != nil else {
            throw ClientError(.unsupported(.shareGroupHeartbeat), "the brokers do not support ShareGroupHeartbeat")
        }
        let known = try await cluster.describeTopics([topic]).first
        guard let known, known.error != .unknownTopicOrPartition else {
            throw try await UnknownTopic.error(topic, cluster)
        }
        if known.error != .none {
            throw ClientError(.broker(known.error), "Topic '\(topic)': \(known.error.clientMessage)")
        }
    }
}

extension Task where Failure == any Error {
    /// The result; who is cancelled while waiting cancels the task.
    func cancelling() async -> Result<Success, any Error> {
        await withTaskCancellationHandler {
            await result
        } onCancel: {
            cancel()
        }
    }
}
