// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Synchronization

/// From the consumer's buffers to standard output.
final class RecordPrinter: Sendable {
    let options: ConsoleConsumerCommand
    let output: RecordOutput
    private let context: Context
    private let printed = Atomic<Int>(0)

    init(_ options: ConsoleConsumerCommand, _ context: Context) {
        self.options = options
        self.context = context
        output = options.output.fitted(to: context.environment, showsTopic: options.topics.areSeveral)
    }

    /// Records so far.
    var count: Int { printed.load(ordering: .relaxed) }

    func run(_ cluster: Cluster) async throws {
        let consumer = try Consumer(cluster)
        // Who dies without leaving the group has it wait for its session to time out.
        if options.group != nil { context.out.outliveReader() }
        defer { context.out.endIfReaderIsGone() }
        do {
            if options.group == nil {
                try await read(consumer, cluster)
            } else {
                try await join(consumer)
                try await consume(consumer, cluster, nil)
            }
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

    private func join(_ consumer: Consumer) async throws {
        switch options.topics {
        case .named(let names):
            _ = try await options.topics.partitions([], consumer.cluster)
            try await consumer.subscribe(names)
        case .matching(let filter): try await consumer.subscribe(matching: { filter.matches($0) })
        }
    }

    private func read(_ consumer: Consumer, _ cluster: Cluster) async throws {
        let partitions = try await options.topics.partitions(options.range.partitions, cluster)
        guard let tail = options.range.tail else {
            let plan = try await ReadPlan(partitions, options.range, cluster)
            await consumer.assign(plan.positions)
            return try await consume(consumer, cluster, plan.ends)
        }
        let newest = try await Tail(count: tail, partitions, options.range, output, consumer)
        let limit = options.maxMessages ?? .max
        for record in newest.records.prefix(limit) { record.withUnsafeBytes { context.out.write($0) } }
        printed.store(min(newest.records.count, limit), ordering: .relaxed)
        context.out.flush()
        guard options.range.until == nil, !options.range.exitsAtEnd, count < limit else { return }
        await consumer.assign(newest.ends.mapValues { .offset($0) })
        await consumer.resume(partitions)
        try await consume(consumer, cluster, nil)
    }

    /// Reads what the consumer has been told to.
    /// - Parameter ends: where each partition ends; nil to read on forever, or for a group.
    private func consume(
        _ consumer: Consumer, _ cluster: Cluster, _ ends: [TopicPartition: Int64]?
    ) async throws {
        let clock = ContinuousClock()
        let refresh = options.group == nil && options.range.partitions.isEmpty && ends == nil
        let stopsAtEnd = ends != nil || options.range.exitsAtEnd
        var lastRecord = clock.now
        var lastRefresh = clock.now
        while count < options.maxMessages ?? .max {
            // First what is there already; only when nothing is, what was printed goes out and we wait.
            var fetched = try await consumer.poll(timeout: .zero)
            if fetched.isEmpty {
                context.out.flush()
                if stopsAtEnd, try await isAtEnd(consumer, ends) { return }
                // An end may be reached without a record: by what a transaction has left behind.
                var wait: Duration = stopsAtEnd ? .milliseconds(100) : .seconds(refresh ? 5 : 60)
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
            do {
                for records in fetched {
                    let end = ends?[records.partition]
                    if let end, records.nextOffset >= end { await consumer.pause([records.partition]) }
                    guard let stoppedAt = try print(records, before: end) else { continue }
                    await consumer.setPosition(records.partition, stoppedAt)
                }
            } catch {
                await consumer.putBack(fetched)
                throw error
            }
            // What a group commits has been written.
            if options.group != nil { context.out.flush() }
            // Reported when the command ends.
            if context.out.failure != nil { return await consumer.putBack(fetched) }
            lastRecord = clock.now
        }
    }

    /// Whether each partition has been read to its end; without given ends, to what the consumer has heard of.
    private func isAtEnd(_ consumer: Consumer, _ ends: [TopicPartition: Int64]?) async throws -> Bool {
        let assigned = await consumer.assignment()
        if ends == nil, assigned.isEmpty { return false }
        let heardOf = await consumer.endOffsets()
        let positions = await consumer.positions()
        return assigned.allSatisfy { partition in
            guard let position = positions[partition], let end = ends?[partition] ?? heardOf[partition] else {
                return false
            }
            return position >= end
        }
    }

    /// Prints the records of one partition up to the wanted number; the position after the last printed record when
    /// that is not the end of the records.
    private func print(_ records: FetchedRecords, before end: Int64?) throws -> Int64? {
        let limit = options.maxMessages ?? .max
        var count = count
        guard count < limit else { return records.startOffset }
        defer { printed.store(count, ordering: .relaxed) }
        var position: Int64?
        let source = RecordSource(topic: records.partition.topic, partition: records.partition.partition)
        try context.out.batch { out in
            var reader = RecordBatchReader()
            if let formatter = output.plainFormatter, options.maxMessages == nil, !options.skipsErrors, end == nil {
                // The same as below without what the usual case doesn't need.
                try records.forEachRecord(
                    &reader,
                    { record in
                        do { try formatter.write(record, source, to: &out) } catch {
                            throw CommandError("\(records.partition) offset \(record.offset): \(error)")
                        }
                        count += 1
                    })
                return
            }
            var writer = RecordWriter(output, source, records.buffer)
            try records.forEachRecord(
                &reader,
                while: { record in
                    if let end, record.offset >= end { return false }
                    do {
                        if try writer.write(record, to: &out) { count += 1 }
                    } catch {
                        count += 1
                        let place = "\(records.partition) offset \(record.offset)"
                        guard options.skipsErrors else { throw CommandError("\(place): \(error)") }
                        context.err.line(VisibleText.of("\(context.name): \(place) is skipped: \(error)"))
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
        let present = try await options.topics.present(cluster)
        let known = await consumer.positions()
        guard present.contains(where: { known[$0] == nil }) else { return }
        var positions = present.each(StartPosition.earliest)
        for (partition, position) in known { positions[partition] = .offset(position) }
        await consumer.assign(positions)
    }
}
