// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
internal import Synchronization

/// One partition on disk, in Apache Kafka's format.
///
/// All calls are synchronous and may come from any thread; a lock guards the state, and no call holds it over an fsync.
/// There is no clock inside: `now` is milliseconds since 1970. Nobody is called back: who appends wakes the waiters.
/// A call that fails with `.kafkaStorageError` leaves the log as it was, and the next one may succeed: files are opened
/// again, and the disk may have room. Only after a failed sync nothing is appended any more, see `failure`.
public final class PartitionLog: Sendable {
    /// How a log is opened.
    public struct Options: Sendable {
        /// What the topic's configurations say.
        public var config: LogConfig
        /// Written to partition.metadata if that isn't there; another one there is an `.inconsistentTopicID`.
        public var topicID: KafkaUUID?
        /// Nothing needs recovery. True for a directory that doesn't exist yet.
        public var hadCleanShutdown = true
        /// From the checkpoint file; 0 when it has no entry.
        public var recoveryPoint: Int64 = 0
        /// From the checkpoint file; 0 when it has no entry.
        public var logStartOffset: Int64 = 0
        /// Usually shared by all logs of a broker.
        public var producers = ProducerSettings()
        /// Transactional records need an open transaction or a verification (KIP-890), while `producers` say so too.
        public var verifiesTransactions = false
        /// What of a new partition.metadata survives a power failure.
        public var durability = Durability.contentsAndName
        /// A flush brings indexes to disk too. Without them it is quicker; for a log that is recovered at every start.
        public var syncsIndexes = true
        /// Bytes that stay allocated on disk behind the log's end, so that as many can be appended when the disk is
        /// full; where the file system can do that.
        public var reservedBytes = 0

        /// A log without a topic id, that was closed cleanly.
        public init(config: LogConfig = LogConfig()) { self.config = config }
    }

    /// The partition that is kept here.
    public let topicPartition: TopicPartition
    /// What opening it had to repair.
    public let recovery: RecoveryReport

    private let state: Mutex<PartitionState>
    private let offsets: PublishedOffsets
    private let currentConfig: Mutex<LogConfig>

    private init(_ state: sending PartitionState, _ recovery: RecoveryReport) {
        topicPartition = state.topicPartition
        self.recovery = recovery
        currentConfig = Mutex(state.config)
        offsets = PublishedOffsets()
        offsets.publish(state)
        self.state = Mutex(state)
    }

    /// Opens a partition's directory, `…/topic-partition`; makes it if it is missing.
    public static func open(_ directory: String, options: Options, now: Int64) throws(LogError) -> PartitionLog {
        guard let partition = PartitionDirectory(directory) else {
            throw LogError(.kafkaStorageError, "\(directory) is not named as a partition's directory")
        }
        var report = RecoveryReport()
        let state = try PartitionState.load(
            directory, partition.topicPartition, options, now: now, report: &report)
        return PartitionLog(state, report)
    }

    /// Runs with the lock held, then publishes the offsets.
    func changing<Result: Sendable>(
        _ body: (inout PartitionState) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        try state.withLock { (state) throws(LogError) in
            defer { offsets.publish(state) }
            return try body(&state)
        }
    }

    /// Runs with the lock held.
    func reading<Result: Sendable>(
        _ body: (inout PartitionState) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        try state.withLock { (state) throws(LogError) in try body(&state) }
    }

    /// Runs with the lock held, where nothing can fail.
    func locked<Result: Sendable>(_ body: (inout PartitionState) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    /// The first offset that readers may ask for. No lock is taken for the four offsets here.
    public var logStartOffset: Int64 { offsets.logStart.load(ordering: .acquiring) }
    /// The offset of the next record.
    public var logEndOffset: Int64 { offsets.logEnd.load(ordering: .acquiring) }
    /// Readers see records below it.
    public var highWatermark: Int64 { offsets.highWatermark.load(ordering: .acquiring) }
    /// Readers of committed records see those below it.
    public var lastStableOffset: Int64 { offsets.lastStable.load(ordering: .acquiring) }

    /// What the topic's configurations say now.
    public var config: LogConfig { currentConfig.withLock { $0 } }

    /// Goes on by other configurations, from the next append and the next maintenance on.
    public func update(config: LogConfig) {
        currentConfig.withLock { $0 = config }
        state.withLock { $0.config = config }
    }
}

/// The offsets of a log for those who don't wait for its lock.
private final class PublishedOffsets: Sendable {
    let logStart = Atomic<Int64>(0)
    let logEnd = Atomic<Int64>(0)
    let highWatermark = Atomic<Int64>(0)
    let lastStable = Atomic<Int64>(0)

    func publish(_ state: borrowing PartitionState) {
        logStart.store(state.logStartOffset, ordering: .releasing)
        logEnd.store(state.logEndOffset, ordering: .releasing)
        highWatermark.store(state.highWatermark, ordering: .releasing)
        lastStable.store(state.lastStableOffset, ordering: .releasing)
    }
}
