// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore
import Synchronization

/// From the consumer's buffers to standard output.
final class RecordPrinter: Sendable {
    private let options: ConsoleConsumerCommand
    private let context: Context
    private let printed = Atomic<Int>(0)

    init(_ options: ConsoleConsumerCommand, _ context: Context) {
        self.options = options
        self.context = context
    }

    /// Records so far.
    var count: Int { printed.load(ordering: .relaxed) }

    func run(_ cluster: Cluster) async throws {
        let consumer = try Consumer(cluster)
        let result = await Task { try await self.begin(consumer, cluster) }.result
        do {
            if case .failure(let error) = result { throw error }
            try await consume(consumer, cluster)
        } catch {
            await Self.close(consumer)
            if let error = error as? ClientError, error.kind == .cancelled { return }
            if error is CancellationError { return }
            throw error
        }
        await Self.close(consumer)
    }

    /// In a task of its own, for this one may have been cancelled.
    private static func close(_ consumer: Consumer) async { await Task { await consumer.close() }.value }

    private func begin(_ consumer: Consumer, _ cluster: Cluster) async throws {
        switch options.topics {
        case .one(let topic):
            let known = try await cluster.describeTopics([topic]).first
            guard let known, known.error != .unknownTopicOrPartition else {
                throw try await UnknownTopic.error(topic, cluster)
            }
            if known.error != .none {
                throw ClientError(.broker(known.error), "Topic '\(topic)': \(known.error.clientMessage)")
            }
            if let partition = options.partition {
                guard partition >= 0, partition < known.partitions.count else {
                    throw CommandError(
                        "Topic '\(topic)' has no partition \(partition): its partitions are 0 to \(known.partitions.count - 1)"
                    )
                }
                await consumer.assign([TopicPartition(topic, partition): options.start])
            } else if options.group != nil {
                try await consumer.subscribe([topic])
            } else {
                await consumer.assign(Self.positions([known], options.start))
            }
        case .matching(let filter):
            if options.group != nil {
                try await consumer.subscribe(matching: { filter.matches($0) })
            } else {
                let topics = try await cluster.describeTopics(nil).filter { filter.matches($0.name) }
                await consumer.assign(Self.positions(topics, options.start))
            }
        }
    }

    private static func positions(_ topics: [TopicMetadata], _ start: StartPosition) -> [TopicPartition: StartPosition]
    {
        var positions: [TopicPartition: StartPosition] = [:]
        for topic in topics {
            for partition in topic.partitions {
                positions[TopicPartition(topic.name, partition.partition)] = start
            }
        }
        return positions
    }

    private func consume(_ consumer: Consumer, _ cluster: Cluster) async throws {
        let clock = ContinuousClock()
        let refresh = options.group == nil && options.partition == nil
        var lastRecord = clock.now
        var lastRefresh = clock.now
        while count < options.maxMessages ?? .max {
            // First what is there already; only when nothing is, what was printed goes out and we wait.
            var fetched = try await consumer.poll(timeout: .zero)
            if fetched.isEmpty {
                context.out.flush()
                var wait = Duration.seconds(refresh ? 5 : 60)
                if let timeout = options.timeout { wait = min(wait, timeout - (clock.now - lastRecord)) }
                if wait <= .zero { return }
                fetched = try await consumer.poll(timeout: wait)
            }
            if fetched.isEmpty {
                if refresh, clock.now - lastRefresh >= .seconds(5) {
                    try await addNewPartitions(consumer, cluster)
                    lastRefresh = clock.now
                }
                continue
            }
            for records in fetched {
                guard let stoppedAt = try print(records) else { continue }
                await consumer.setPosition(records.partition, stoppedAt)
            }
            // Reported when the command ends.
            if context.out.failure != nil { return }
            lastRecord = clock.now
        }
    }

    /// Prints the records of one partition up to the wanted number; the position after the last printed record when
    /// that is not the end of the records.
    private func print(_ records: FetchedRecords) throws -> Int64? {
        let limit = options.maxMessages ?? .max
        var count = count
        guard count < limit else { return records.startOffset }
        defer { printed.store(count, ordering: .relaxed) }
        var position: Int64?
        let source = RecordSource(topic: records.partition.topic, partition: records.partition.partition)
        var batches = BatchFinder(needed: options.formatter.needsBatch, records.buffer)
        try context.out.batch { out in
            var reader = RecordBatchReader()
            if let formatter = options.formatter as? DefaultFormatter, options.maxMessages == nil,
                !formatter.needsBatch,
                !options.skipsErrors
            {
                // The same as below without what the usual case doesn't need.
                try records.forEachRecord(
                    &reader,
                    { record in
                        try formatter.write(record, source, to: &out)
                        count += 1
                    })
                return
            }
            try records.forEachRecord(
                &reader,
                while: { record in
                    var source = source
                    source.batch = batches.batch(of: record.offset)
                    count += 1
                    do {
                        try options.formatter.write(record, source, to: &out)
                    } catch {
                        let place = "\(records.partition) offset \(record.offset)"
                        guard options.skipsErrors else { throw CommandError("\(place): \(error)") }
                        context.err.line("\(context.name): \(place) is skipped: \(error)")
                        context.err.flush()
                    }
                    if count >= limit { position = record.offset + 1 }
                    return count < limit
                })
        }
        return position
    }

    /// Partitions that were added, and topics that now match; they are read from their beginnings.
    private func addNewPartitions(_ consumer: Consumer, _ cluster: Cluster) async throws {
        let topics: [TopicMetadata]
        switch options.topics {
        case .one(let name): topics = try await cluster.describeTopics([name])
        case .matching(let filter): topics = try await cluster.describeTopics(nil).filter { filter.matches($0.name) }
        }
        var positions = Self.positions(topics.filter { $0.error == .none }, .earliest)
        let known = await consumer.positions()
        guard positions.keys.contains(where: { known[$0] == nil }) else { return }
        for (partition, position) in known { positions[partition] = .offset(position) }
        await consumer.assign(positions)
    }
}

/// The batch that a record came in, found by its offset.
struct BatchFinder: Sendable {
    private var headers: [RecordBatchHeader] = []
    private var index = 0

    init(needed: Bool, _ buffer: ByteBuffer) {
        guard needed else { return }
        buffer.withUnsafeReadableBytes { bytes in
            var batches = RecordBatchSequence(bytes)
            // What can't be read is reported when the records are.
            while let batch = try? batches.next() { headers.append(batch.header) }
        }
    }

    /// Offsets must not go down from call to call.
    mutating func batch(of offset: Int64) -> RecordBatchHeader? {
        while index < headers.count, headers[index].lastOffset < offset { index += 1 }
        return index < headers.count ? headers[index] : nil
    }
}
