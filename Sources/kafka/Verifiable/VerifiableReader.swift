// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// Reads as a member of a group and prints what happens.
struct VerifiableReader: Sendable {
    private let options: VerifiableConsumerCommand
    private let events: EventLines

    init(_ options: VerifiableConsumerCommand, _ events: EventLines) {
        self.options = options
        self.events = events
    }

    func run(_ cluster: Cluster) async throws {
        let consumer = try Consumer(cluster, settlement: .byCaller)
        // Who dies without leaving the group has it wait for its session to time out.
        events.context.out.outliveReader()
        defer { events.context.out.endIfReaderIsGone() }
        events.print("startup_complete")
        var ledger = OutputLedger()
        let result: Result<Void, any Error>
        do {
            result = .success(try await consume(consumer, &ledger))
        } catch {
            result = .failure(error)
        }
        events.context.out.noticeReader()
        await settle(consumer, &ledger)
        if let failure = await consumer.close() {
            events.context.fail(
                "the last offsets were not committed, so the group will read records again: \(failure.message)")
        }
        events.print("shutdown_complete")
        if !Task.isCancelled { try result.get() }
    }

    /// What was printed goes out, and what has gone out is done with.
    private func settle(_ consumer: Consumer, _ ledger: inout OutputLedger) async {
        events.context.out.flush()
        await consumer.settle(ledger.positions(sent: events.context.out.sent))
    }

    private func consume(_ consumer: Consumer, _ ledger: inout OutputLedger) async throws {
        let events = events
        @Sendable func list(_ partitions: [TopicPartition]) -> JSON {
            .array(partitions.sorted().map { EventLines.partition($0) })
        }
        let revoked: @Sendable ([TopicPartition]) async -> Void = { partitions in
            if !partitions.isEmpty { events.print("partitions_revoked", ["partitions": list(partitions)]) }
        }
        let listener = RebalanceListener(
            assigned: { events.print("partitions_assigned", ["partitions": list($0)]) }, revoked: revoked,
            lost: revoked)
        try await consumer.subscribe([options.topic], listener: listener)
        while ledger.noted < options.maxMessages ?? .max {
            let fetched = try await consumer.poll(timeout: .seconds(60))
            if fetched.isEmpty { continue }
            let offsets = try report(fetched, &ledger)
            await settle(consumer, &ledger)
            // Reported when the command ends.
            if events.context.out.failure != nil { return }
            if options.commitsItself { try await commit(offsets, consumer) }
        }
    }

    /// Prints what came, up to the wanted number; the offsets behind it.
    private func report(
        _ fetched: [FetchedRecords], _ ledger: inout OutputLedger
    ) throws -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        var summaries: [JSON] = []
        var told: [(records: FetchedRecords, offsets: [Int64])] = []
        var total = 0
        var room = (options.maxMessages ?? .max) - ledger.noted
        var reader = RecordBatchReader()
        let out = events.context.out
        for records in fetched {
            var taken: [Int64] = []
            if options.isVerbose { ledger.begin(records, sent: out.sent) }
            try records.forEachRecord(&reader) { record in
                total += 1
                guard taken.count < room else { return }
                taken.append(record.offset)
                guard options.isVerbose else { return }
                events.add(record, of: records.partition)
                ledger.note(record.offset &+ 1, at: out.written)
            }
            if options.isVerbose, taken.count < room { ledger.finish(records.nextOffset, at: out.written) }
            told.append((records, taken))
            room -= taken.count
            guard let first = taken.first, let last = taken.last else { continue }
            offsets[records.partition] = last &+ 1
            summaries.append(
                EventLines.partition(
                    records.partition,
                    ["count": .integer(Int64(taken.count)), "minOffset": .integer(first), "maxOffset": .integer(last)]))
        }
        if total > 0 {
            events.add("records_consumed", ["count": .integer(Int64(total)), "partitions": .array(summaries)])
        }
        if !options.isVerbose { note(told, room, &ledger) }
        return offsets
    }

    /// The line that was written last tells of all these records at once.
    private func note(
        _ told: [(records: FetchedRecords, offsets: [Int64])], _ room: Int, _ ledger: inout OutputLedger
    ) {
        let end = events.context.out.written
        for (records, offsets) in told {
            ledger.begin(records, sent: events.context.out.sent)
            for offset in offsets { ledger.note(offset &+ 1, at: end) }
            if room > 0 { ledger.finish(records.nextOffset, at: end) }
        }
    }

    private func commit(_ offsets: [TopicPartition: Int64], _ consumer: Consumer) async throws {
        guard !offsets.isEmpty else { return }
        var failure: ClientError?
        do throws(ClientError) {
            try await consumer.commit(offsets.mapValues { CommittedOffset($0) })
        } catch {
            if error.errorCode == .fencedInstanceID || error.kind == .cancelled { throw error }
            failure = error
        }
        let list = JSON.array(
            offsets.sorted { $0.key < $1.key }.map { EventLines.partition($0.key, ["offset": .integer($0.value)]) })
        if let failure {
            events.print(
                "offsets_committed", ["offsets": list, "error": .string(failure.message), "success": .bool(false)])
        } else {
            events.print("offsets_committed", ["offsets": list, "success": .bool(true)])
        }
    }
}
