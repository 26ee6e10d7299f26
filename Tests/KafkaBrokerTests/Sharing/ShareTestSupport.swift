// SPDX-License-Identifier: Apache-2.0

import Foundation
import KafkaLog
import KafkaProtocol
import Logging
import NIOCore
import Synchronization

@testable import KafkaBroker

/// `__share_group_state` in memory, with a power switch.
final class MemoryShareLog: ShareStateLog {
    struct State {
        var partitions: [Int32: [CoordinatorRecord]]?
        /// The first offset that was not removed.
        var starts: [Int32: Int64] = [:]
        var error: ErrorCode?
    }

    let state: Mutex<State>
    private let count: Int32

    init(exists: Bool = false, count: Int32 = 3) {
        self.count = count
        state = Mutex(State(partitions: exists ? [:] : nil))
    }

    var partitionCount: Int32? { state.withLock { $0.partitions == nil ? nil : count } }

    func create() async throws(CoordinatorLogError) -> Int32 {
        if let error = state.withLock({ $0.error }) { throw CoordinatorLogError(code: error, message: "no") }
        state.withLock { $0.partitions = $0.partitions ?? [:] }
        return count
    }

    func append(
        _ records: [CoordinatorRecord], to partition: Int32, transaction: CoordinatorTransaction?
    ) throws(CoordinatorLogError) -> Int64 {
        let result: Result<Int64, CoordinatorLogError> = state.withLock { state in
            if let error = state.error { return .failure(CoordinatorLogError(code: error, message: "no")) }
            let base = Int64(state.partitions![partition]?.count ?? 0)
            state.partitions![partition, default: []] += records
            return .success(base)
        }
        return try result.get()
    }

    func replay(_ partition: Int32, _ body: (ReplayedRecord) throws -> Void) async throws {
        let (records, start) = state.withLock { ($0.partitions?[partition] ?? [], $0.starts[partition] ?? 0) }
        for (offset, record) in records.enumerated() where offset >= start {
            try body(ReplayedRecord(offset: Int64(offset), producerID: -1, content: .data(record)))
        }
    }

    func deleteRecords(before offset: Int64, in partition: Int32) async throws {
        state.withLock { $0.starts[partition] = offset }
    }

    func fail(_ error: ErrorCode?) { state.withLock { $0.error = error } }

    func writtenCount(_ partition: Int32) -> Int { state.withLock { $0.partitions?[partition]?.count ?? 0 } }

    /// Everything that was written and not removed, decoded.
    func records() throws -> [ShareStateRecord] {
        try state.withLock { state in
            try (state.partitions ?? [:]).sorted { $0.key < $1.key }.flatMap { partition, records in
                try records[Int(state.starts[partition] ?? 0)...].compactMap { try ShareStateRecord($0) }
            }
        }
    }
}

/// Settings that a test changes under the eyes of the share partitions.
final class SharedSettings: Sendable {
    private let value = Mutex(ShareGroupSettings())

    func withLock<Answer: Sendable>(_ body: (inout ShareGroupSettings) -> Answer) -> Answer {
        value.withLock { body(&$0) }
    }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A log on disk, and share groups that read it, with a clock that is moved by hand.
final class ShareWorld {
    let directory: URL
    let log: PartitionLog
    let partition: Partition
    let registry = PartitionRegistry()
    let states: MemoryShareLog
    let topics = FixedTopics(["orders": 1])
    let clock = ManualClock()
    let settings = SharedSettings()
    private(set) var shares: SharePartitions!

    var topicID: KafkaUUID { topics.topic(named: "orders")!.id }
    var key: SharePartitionKey { SharePartitionKey("g", topicID, 0) }

    init(states: MemoryShareLog = MemoryShareLog()) throws {
        self.states = states
        directory = FileManager.default.temporaryDirectory.appending(
            path: "kafka-share-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var options = PartitionLog.Options()
        options.hadCleanShutdown = true
        log = try PartitionLog.open(directory.appending(path: "orders-0").path, options: options, now: 1_000)
        partition = Partition(
            topicPartition: TopicPartition("orders", 0),
            topicID: FixedTopics(["orders": 1]).topic(named: "orders")!.id, leaderEpoch: 0, log: log)
        registry.add([partition])
        settings.withLock { $0.reset = .earliest }
        shares = makeShares()
    }

    deinit {
        shares.stop()
        try? log.close()
        try? FileManager.default.removeItem(at: directory)
    }

    private func makeShares(sessionLimit: Int = 10) -> SharePartitions {
        let coordinator = ShareCoordinator(
            log: states, topics: topics, clock: clock.clock, configuration: ShareCoordinatorConfiguration(),
            logger: quiet)
        let settings = settings
        let made = SharePartitions(
            registry: registry, coordinator: coordinator, sessionLimit: sessionLimit,
            settings: { _ in settings.withLock { $0 } }, isEnabled: { true }, logger: quiet)
        made.start()
        return made
    }

    /// All that is in memory is gone, as after a SIGKILL.
    func crash() async {
        shares.stop()
        shares = makeShares()
        await shares.coordinator.loaded()
    }

    func initialize(_ startOffset: Int64 = -1) async throws {
        try await shares.coordinator.initialize(key, stateEpoch: 1, startOffset: startOffset)
    }

    /// One batch of so many records.
    func produce(_ count: Int, producer: ProducerIdentity? = nil, marker commit: Bool? = nil) throws {
        var builder = RecordBatchBuilder(capacity: 64 * (count + 1))
        for _ in 0..<count {
            _ = [UInt8](repeating: 7, count: 8).withUnsafeBytes {
                builder.append(timestamp: 1_000, key: nil, value: $0)
            }
        }
        let batch = builder.finish(
            RecordBatchProperties {
                guard let producer else { return }
                ($0.producerID, $0.producerEpoch) = (producer.id, producer.epoch)
                $0.isTransactional = true
                $0.baseSequence = 0
            })
        _ = try partition.append(batch, origin: .coordinator, now: 1_000)
    }

    func end(_ producer: ProducerIdentity, commit: Bool) throws {
        let marker = EndTransactionMarker(isCommit: commit, coordinatorEpoch: 0)
        _ = try registry.append(marker, of: producer, to: partition.topicPartition, now: 1_000)
    }

    func acquire(
        _ member: String, max count: Int64 = 500, batch: Int64 = 500, mode: ShareAcquisition.Mode = .batchOptimized
    ) throws -> [AcquiredRecords] {
        let settings = settings.withLock { $0 }
        let wanted = ShareAcquisition(
            memberID: member, maxRecords: count, batchSize: batch, mode: mode,
            deadline: clock.clock.uptime() + Int64(settings.lockDurationMs))
        return try shares[key]!.acquire(wanted, maxBytes: 1 << 20, settings)?.ranges ?? []
    }

    func acknowledge(_ member: String, _ range: ClosedRange<Int64>, _ types: AcknowledgeType...) throws(ShareError) {
        let error = shares.acknowledge(
            [AcknowledgementBatch(first: range.lowerBound, last: range.upperBound, types: types)], key, by: member,
            settings.withLock { $0 })
        if let error { throw error }
    }

    func expireLocks() { shares[key]!.expireLocks(settings.withLock { $0 }) }

    var kept: ShareGroupState? { get async throws { try await shares.coordinator.summary(key) } }
}

extension AcquiredRecords {
    init(_ range: ClosedRange<Int64>, _ deliveryCount: Int16 = 1) {
        self.init(first: range.lowerBound, last: range.upperBound, deliveryCount: deliveryCount)
    }
}
