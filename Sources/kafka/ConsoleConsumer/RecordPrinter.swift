// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText
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

    /// Records that have gone out, once it has run.
    var count: Int { printed.load(ordering: .relaxed) }

    func run(_ cluster: Cluster) async throws {
        let isMember = options.group != nil
        let consumer = try Consumer(cluster, settlement: isMember ? .byCaller : .byPolling)
        // Who dies without leaving the group has it wait for its session to time out.
        if isMember { context.out.outliveReader() }
        defer { context.out.endIfReaderIsGone() }
        var ledger = OutputLedger()
        let result: Result<Void, any Error>
        do {
            result = .success(try await isMember ? join(consumer, cluster, &ledger) : read(consumer, cluster, &ledger))
        } catch {
            result = .failure(error)
        }
        context.out.noticeReader()
        await settle(consumer, &ledger)
        printed.store(ledger.count(sent: context.out.sent), ordering: .relaxed)
        if let failure = await consumer.close(), isMember {
            context.fail(
                "the last offsets were not committed, so the group will read records again: \(failure.message)")
        }
        do { try result.get() } catch let error as ClientError where error.kind == .cancelled {
        } catch is CancellationError {}
    }

    /// What was written goes out, and what has gone out is done with; from here alone comes what the group commits.
    private func settle(_ consumer: Consumer, _ ledger: inout OutputLedger) async {
        context.out.flush()
        await consumer.settle(ledger.positions(sent: context.out.sent))
    }

    private func join(_ consumer: Consumer, _ cluster: Cluster, _ ledger: inout OutputLedger) async throws {
        switch options.topics {
        case .named(let names):
            _ = try await options.topics.partitions([], consumer.cluster)
            try await consumer.subscribe(names)
        case .matching(let filter): try await consumer.subscribe(matching: { filter.matches($0) })
        }
        try await consume(consumer, cluster, nil, &ledger)
    }

    private func read(_ consumer: Consumer, _ cluster: Cluster, _ ledger: inout OutputLedger) async throws {
        let partitions = try await options.topics.partitions(options.range.partitions, cluster)
        guard let tail = options.range.tail else {
            let plan = try await ReadPlan(partitions, options.range, cluster)
            for warning in plan.warnings { context.warn(warning) }
            await consumer.assign(plan.positions)
            return try await consume(consumer, cluster, plan.ends, &ledger)
        }
        let newest = try await Tail(count: tail, partitions, options.range, output, consumer)
        let limit = options.maxMessages ?? .max
        for record in newest.records.prefix(limit) {
            record.text.withUnsafeBytes { context.out.write($0) }
            ledger.add(record.partition, record.offset, at: context.out.written)
        }
        context.out.flush()
        guard options.range.until == nil, !options.range.exitsAtEnd, ledger.noted < limit else { return }
        await consumer.assign(newest.ends.mapValues { .offset($0) })
        await consumer.resume(partitions)
        try await consume(consumer, cluster, nil, &ledger)
    }

    /// Reads what the consumer has been told to.
    /// - Parameter ends: where each partition ends; nil to read on forever, or for a group.
    private func consume(
        _ consumer: Consumer, _ cluster: Cluster, _ ends: [TopicPartition: Int64]?, _ ledger: inout OutputLedger
    ) async throws {
        let clock = ContinuousClock()
        let refresh = options.group == nil && options.range.partitions.isEmpty && ends == nil
        let stopsAtEnd = ends != nil || options.range.exitsAtEnd
        let limit = options.maxMessages ?? .max
        var lastRecord = clock.now
        var lastRefresh = clock.now
        var patience = Patience()
        while ledger.noted < limit {
            // First what is there already; only when nothing is, what was printed goes out and we wait.
            var fetched = try await consumer.poll(timeout: .zero)
            if fetched.isEmpty {
                context.out.flush()
                if stopsAtEnd {
                    if try await isAtEnd(consumer, ends) { return }
                    try patience.check(await consumer.obstacle)
                }
                // An end may be reached without a record: by what a transaction has left behind.
                var wait: Duration = stopsAtEnd ? .milliseconds(100) : .seconds(refresh ? 5 : 60)
                if let timeout = options.timeout {
                    wait = min(wait, timeout - (clock.now - lastRecord))
                    if wait <= .zero { return try await consumer.throwObstacle() }
                }
                fetched = try await consumer.poll(timeout: wait)
            }
            if fetched.isEmpty {
                // Brokers that don't answer would hold up the end.
                if refresh, clock.now - lastRefresh >= .seconds(5), await consumer.obstacle == nil {
                    try await addNewPartitions(consumer, cluster)
                    lastRefresh = clock.now
                }
                continue
            }
            for records in fetched where ledger.noted < limit {
                let end = ends?[records.partition]
                if let end, records.nextOffset >= end { await consumer.pause([records.partition]) }
                try print(records, before: end, &ledger)
            }
            if options.group != nil { await settle(consumer, &ledger) }
            // Reported when the command ends.
            if context.out.failure != nil { return }
            lastRecord = clock.now
        }
    }

    /// Whether each partition has been read to its end; without given ends, to what the consumer has heard of.
    private func isAtEnd(_ consumer: Consumer, _ ends: [TopicPartition: Int64]?) async throws -> Bool {
        let assigned = await consumer.assignment()
        // What owns nothing is at its end, once it is clear that it gets nothing.
        if ends == nil, assigned.isEmpty { return await consumer.isIdleMember }
        let heardOf = await consumer.endOffsets()
        let positions = await consumer.positions()
        return assigned.allSatisfy { partition in
            guard let position = positions[partition], let end = ends?[partition] ?? heardOf[partition] else {
                return false
            }
            return position >= end
        }
    }

    /// Prints the records of one partition, up to the wanted number.
    private func print(_ records: FetchedRecords, before end: Int64?, _ ledger: inout OutputLedger) throws {
        let limit = options.maxMessages ?? .max
        let source = RecordSource(topic: records.partition.topic, partition: records.partition.partition)
        try context.out.batch { out in
            ledger.begin(records, sent: out.sent)
            var reader = RecordBatchReader()
            if let formatter = output.plainFormatter, options.maxMessages == nil, !options.skipsErrors, end == nil {
                // The same as below without what the usual case doesn't need.
                try records.forEachRecord(
                    &reader,
                    { record in
                        do { try formatter.write(record, source, to: &out) } catch {
                            throw CommandError("\(records.partition) offset \(record.offset): \(error)")
                        }
                        ledger.note(record.offset &+ 1, at: out.written)
                    })
                return ledger.finish(records.nextOffset, at: out.written)
            }
            var writer = RecordWriter(output, source, records.buffer)
            try records.forEachRecord(
                &reader,
                while: { record in
                    if let end, record.offset >= end { return false }
                    do {
                        guard try writer.write(record, to: &out) else { return true }
                    } catch {
                        let place = "\(records.partition) offset \(record.offset)"
                        guard options.skipsErrors else { throw CommandError("\(place): \(error)") }
                        context.err.line(VisibleText.of("\(context.name): \(place) is skipped: \(error)"))
                        context.err.flush()
                    }
                    ledger.note(record.offset &+ 1, at: out.written)
                    return ledger.noted < limit
                })
            if ledger.noted < limit { ledger.finish(records.nextOffset, at: out.written) }
        }
    }

    /// Partitions that were added, and topics that now match; they are read from their beginnings.
    private func addNewPartitions(_ consumer: Consumer, _ cluster: Cluster) async throws {
        let present: [TopicPartition]
        do {
            present = try await options.topics.present(cluster)
        } catch let error as ClientError where error.isRetriable {
            // The next look will tell.
            return
        }
        await consumer.add(present.each(StartPosition.earliest))
    }
}
