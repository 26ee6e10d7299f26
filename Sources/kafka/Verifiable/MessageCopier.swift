// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// Reads, writes, and commits both in one transaction, again and again.
struct MessageCopier {
    private let options: MessageCopierCommand
    private let context: Context
    private let times = DateFormat("yyyy/MM/dd HH:mm:ss:SSS")
    private var total: Int64 = 0
    /// Where each partition ended when it was given to this reader.
    private var ends: [TopicPartition: Int64] = [:]

    init(_ options: MessageCopierCommand, _ context: Context) {
        self.options = options
        self.context = context
    }

    func run(_ cluster: Cluster) async throws {
        var copier = self
        let producer = try await Producer(cluster)
        let consumer = try Consumer(cluster)
        let result: Result<Void, any Error>
        do {
            result = .success(try await copier.copy(producer, consumer, cluster))
        } catch {
            result = .failure(error)
        }
        // In a task of its own, for this one may have been cancelled.
        await Task {
            await producer.close()
            await consumer.close()
        }.value
        try result.get()
    }

    private mutating func copy(_ producer: Producer, _ consumer: Consumer, _ cluster: Cluster) async throws {
        // First of all: a predecessor that still lives must not commit behind our back.
        try await producer.initTransactions()
        let output = try await producer.topic(options.output)
        if let partition = options.partition {
            await consumer.assign([TopicPartition(options.input, partition): .committed])
        } else {
            try await consumer.subscribe([options.input])
        }
        var remaining = options.limit
        while remaining > 0 {
            report("ProcessLoop", remaining)
            let fetched = try await consumer.poll(timeout: .milliseconds(200))
            try await noteEnds(consumer, cluster)
            if !fetched.isEmpty {
                do {
                    try await transact(fetched, producer, output, consumer)
                } catch let error as ClientError {
                    try await recover(from: error, producer, consumer)
                    // The next one may fail as soon.
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            remaining = await self.remaining(consumer)
        }
        report("ShutdownComplete", remaining)
    }

    private mutating func transact(
        _ fetched: [FetchedRecords], _ producer: Producer, _ output: ProducerTopic, _ consumer: Consumer
    ) async throws {
        try await producer.beginTransaction()
        var copied = 0
        let room = Int(min(Int64(options.transactionSize), options.limit - total))
        var offsets: [TopicPartition: CommittedOffset] = [:]
        var rest = fetched[...]
        while copied < room, let records = rest.first {
            let (count, next) = try await append(records, room: room - copied, producer, output)
            copied += count
            offsets[records.partition] = CommittedOffset(next)
            if next < records.nextOffset {
                rest[rest.startIndex].startOffset = next
            } else {
                rest.removeFirst()
            }
        }
        try await producer.sendOffsets(offsets, group: await group(consumer))
        if options.abortsAtRandom, Int.random(in: 0..<3) == 0 {
            try await abort(producer)
            return await consumer.putBack(fetched)
        }
        try await Self.persistently { () throws(ClientError) in try await producer.commitTransaction() }
        total += Int64(copied)
        // What there was no room for comes with the next poll.
        await consumer.putBack(Array(rest))
    }

    /// Appends up to `room` records; returns their number, and the offset behind them.
    private func append(
        _ records: FetchedRecords, room: Int, _ producer: Producer, _ output: ProducerTopic
    ) async throws -> (count: Int, next: Int64) {
        var rest = records
        var reader = RecordBatchReader()
        var count = 0
        while true {
            var isFull = false
            var isWhole = true
            var next = rest.startOffset
            try rest.forEachRecord(
                &reader,
                while: { record in
                    guard count < room else {
                        isWhole = false
                        return false
                    }
                    let result = try producer.append(
                        output, value: record.value, key: record.key, partition: records.partition.partition)
                    if case .bufferFull = result {
                        isFull = true
                        return false
                    }
                    count += 1
                    next = record.offset &+ 1
                    return true
                })
            guard isFull else { return (count, isWhole ? records.nextOffset : next) }
            rest.startOffset = next
            try await producer.waitForSpace()
        }
    }

    private func group(_ consumer: Consumer) async -> ConsumerGroupMetadata {
        if options.usesGroupMetadata, let metadata = await consumer.groupMetadata { return metadata }
        return ConsumerGroupMetadata(groupID: options.group)
    }

    // MARK: Failures

    private func recover(from error: ClientError, _ producer: Producer, _ consumer: Consumer) async throws {
        if Task.isCancelled { throw error }
        context.warn("A transaction is aborted: \(error.message)")
        do {
            try await abort(producer)
            for partition in await consumer.assignment() { await consumer.seek(partition, to: .committed) }
        } catch let error as ClientError {
            guard error.errorCode == .producerFenced || error.errorCode == .invalidProducerEpoch else { throw error }
            throw CommandError("The transactional.id \(options.transactionalID) has been claimed by another process.")
        }
    }

    private func abort(_ producer: Producer) async throws {
        try await Self.persistently { () throws(ClientError) in try await producer.abortTransaction() }
    }

    /// Whether a transaction has ended must be known before the next one.
    private static func persistently(_ body: () async throws(ClientError) -> Void) async throws(ClientError) {
        while true {
            do throws(ClientError) {
                return try await body()
            } catch {
                guard error.isRetriable, !Task.isCancelled else { throw error }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    // MARK: Progress

    private mutating func noteEnds(_ consumer: Consumer, _ cluster: Cluster) async throws {
        let assigned = await consumer.assignment()
        ends = ends.filter { assigned.contains($0.key) }
        let missing = assigned.filter { ends[$0] == nil }
        guard !missing.isEmpty else { return }
        let specs = missing.each(OffsetSpec.latest)
        for (partition, listed) in try await Admin(cluster).listOffsets(specs, isolation: .readCommitted) {
            ends[partition] = try listed.get().offset
        }
        if options.partition == nil { report("RebalanceComplete", await remaining(consumer)) }
    }

    private func remaining(_ consumer: Consumer) async -> Int64 {
        let wanted = options.limit - total
        guard !ends.isEmpty else { return wanted }
        var left: Int64 = 0
        for (partition, end) in ends {
            // Where reading begins may not be known yet.
            let position = await consumer.position(partition) ?? end.subtractingSaturating(1)
            left = left.addingSaturating(max(0, end.subtractingSaturating(position)))
        }
        return min(left, wanted)
    }

    private func report(_ stage: String, _ remaining: Int64) {
        context.write(
            .members([
                "transactionalId": .string(options.transactionalID), "stage": .string(stage),
                "time": .string(times?.text(Timestamps.now()) ?? ""), "totalProcessed": .integer(total),
                "consumed": .integer(total), "remaining": .integer(remaining),
            ]))
        context.out.flush()
    }
}
