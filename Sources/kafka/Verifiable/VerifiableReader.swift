// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Reads as a member of a group and prints what happens.
struct VerifiableReader: Sendable {
    private let options: VerifiableConsumerCommand
    private let events: EventLines

    init(_ options: VerifiableConsumerCommand, _ events: EventLines) {
        self.options = options
        self.events = events
    }

    func run(_ cluster: Cluster) async throws {
        let consumer = try Consumer(cluster)
        // Who dies without leaving the group has it wait for its session to time out.
        events.context.out.outliveReader()
        defer { events.context.out.endIfReaderIsGone() }
        events.print("startup_complete")
        do {
            try await consume(consumer)
        } catch {
            await close(consumer)
            if Task.isCancelled { return }
            throw error
        }
        await close(consumer)
    }

    /// In a task of its own, for this one may have been cancelled.
    private func close(_ consumer: Consumer) async {
        await Task { await consumer.close() }.value
        events.print("shutdown_complete")
    }

    private func consume(_ consumer: Consumer) async throws {
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
        var consumed = 0
        while consumed < options.maxMessages ?? .max {
            let fetched = try await consumer.poll(timeout: .seconds(60))
            if fetched.isEmpty { continue }
            let offsets = try report(fetched, &consumed)
            events.context.out.flush()
            // Reported when the command ends.
            if events.context.out.failure != nil { return await consumer.putBack(fetched) }
            if options.commitsItself {
                try await commit(offsets, consumer)
            } else {
                for (partition, offset) in offsets { await consumer.setPosition(partition, offset) }
            }
        }
    }

    /// Prints what came, up to the wanted number; the offsets to commit.
    private func report(_ fetched: [FetchedRecords], _ consumed: inout Int) throws -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        var summaries: [JSON] = []
        var total = 0
        var reader = RecordBatchReader()
        for records in fetched {
            let room = (options.maxMessages ?? .max) - consumed
            var count = 0
            var first: Int64 = -1
            var last: Int64 = -1
            try records.forEachRecord(&reader) { record in
                total += 1
                guard count < room else { return }
                if count == 0 { first = record.offset }
                last = record.offset
                count += 1
                if options.isVerbose { events.add(record, of: records.partition) }
            }
            guard count > 0 else {
                // Only the positions that are committed later must be put back.
                if room <= 0, !options.commitsItself { offsets[records.partition] = records.startOffset }
                continue
            }
            consumed += count
            offsets[records.partition] = last + 1
            summaries.append(
                EventLines.partition(
                    records.partition,
                    ["count": .integer(Int64(count)), "minOffset": .integer(first), "maxOffset": .integer(last)]))
        }
        if total > 0 {
            events.add("records_consumed", ["count": .integer(Int64(total)), "partitions": .array(summaries)])
        }
        return offsets
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
