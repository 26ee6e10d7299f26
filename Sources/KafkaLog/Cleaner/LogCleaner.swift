// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Compacts logs: of the records with the same key only the last one stays.
///
/// The dirty part of a log is read for its keys, then every segment up to its end is copied without the records that
/// a later one replaces, and the copies take the segments' place. The log's lock is held for that last step only.
/// Offsets never change. A crash at any moment leaves a log that is whole, cleaned up to some segment.
///
/// What else may go: records of aborted transactions at once, their markers once nothing of the transaction is left,
/// and those markers and tombstones delete.retention.ms after the first cleaning that could have removed them
/// (KIP-534). What stays: the last batch of each active producer, as a header at least, so that its sequence goes on,
/// and the last batch of the cleaned part, so that its end is known.
public struct LogCleaner: Sendable {
    /// log.cleaner.dedupe.buffer.size: bytes for the keys of one cleaning, 24 for each.
    public var bufferBytes: Int
    /// log.cleaner.io.buffer.load.factor: the part of them that may be filled.
    public var loadFactor: Double
    /// Called with the number of bytes whenever about a megabyte was read or written: the place to sleep where
    /// log.cleaner.io.max.bytes.per.second is set. False ends the cleaning.
    public var progress: @Sendable (Int) -> Bool
    /// Called before each change of a file's name, for tests of what a crash leaves.
    var beforeRename: (@Sendable () -> Void)?

    public init(
        bufferBytes: Int = 128 << 20, loadFactor: Double = 0.9,
        progress: @escaping @Sendable (Int) -> Bool = { _ in true }
    ) {
        self.bufferBytes = bufferBytes
        self.loadFactor = loadFactor
        self.progress = progress
    }

    /// What there is to clean in a log now; nil when nothing is due.
    ///
    /// - Parameters:
    ///   - log: a partition's.
    ///   - checkpoint: From the cleaner's checkpoint file; nil when it has no entry.
    ///   - now: milliseconds since 1970, for `min.compaction.lag.ms` and its like.
    public func cleanable(_ log: PartitionLog, checkpoint: Int64?, now: Int64) throws(LogError) -> CleanableRange? {
        try log.reading { (state) throws(LogError) in try state.cleanable(from: checkpoint, now: now) }
    }

    /// Cleans a range that `cleanable` found. Takes as long as reading and writing the log does; records are appended
    /// and read meanwhile.
    ///
    /// - Returns: Nil when `progress` ended it, or the log was truncated, closed or deleted meanwhile, or lost segments
    ///   to retention; whatever was cleaned so far stays so.
    /// - Throws: `.corruptMessage` for a batch that can't be read, `.kafkaStorageError` when a file can't be written.
    public func clean(_ log: PartitionLog, _ range: CleanableRange, now: Int64) throws(LogError) -> CleanReport? {
        var run = try CleaningRun(self, log, range, now: now)
        do throws(LogError) {
            return try run.perform()
        } catch {
            // A log that is closed, deleted or cut under our hands shows as missing files or bytes.
            if run.isStopped || run.hasLogChanged { return nil }
            throw error
        }
    }
}
