// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A stretch of a log: its batches in one file, and the indexes over them. Files are opened when first needed.
final class LogSegment {
    var files: SegmentFiles
    /// Bytes of batches.
    private(set) var byteCount: Int
    var offsetIndex: OffsetIndex
    var timeIndex: TimeIndex
    var transactionIndex: TransactionIndex
    /// When the segment began, for one whose batches have no timestamps.
    var created: Int64
    /// Taken off segment.ms.
    let rollJitterMs: Int64

    private var file: LogFile?
    /// Up to where the file has its place on disk, or need not be given one; the batches' end if nothing was done.
    private var allocated = 0
    /// A write failed, and what it left behind the batches is still there.
    var hasRemains = false
    private(set) var wasUsed = false
    /// The offsets of the batches from this position on are known to be right.
    private(set) var knownFrom: Int
    /// Other positions of which that is known.
    private var checked = RangeSet<Int>()
    /// Where a batch begins whose offsets can't be right, so that it is not handed out behind others.
    var wrongFrom: Int?
    private var bytesSinceIndexEntry = 0
    private var firstTimestamp: Int64?
    private var maxTimestamp: (timestamp: Int64, offset: Int64)?

    var baseOffset: Int64 { files.baseOffset }

    /// A segment whose files exist; the kinds that don't are in `missing`.
    init(files: SegmentFiles, byteCount: Int, missing: Set<FileKind> = [], created: Int64, rollJitterMs: Int64) {
        self.files = files
        self.byteCount = byteCount
        self.created = created
        self.rollJitterMs = rollJitterMs
        knownFrom = byteCount
        offsetIndex = OffsetIndex(files: files, isEmpty: missing.contains(.offsetIndex))
        timeIndex = TimeIndex(files: files, isEmpty: missing.contains(.timeIndex))
        transactionIndex = TransactionIndex(files: files, isEmpty: missing.contains(.transactionIndex))
    }

    /// Makes the files of a new segment, over whatever is there.
    static func create(files: SegmentFiles, config: LogConfig, now: Int64) throws(LogError) -> LogSegment {
        let log = try FileSystem.create(files.path(.log))
        _ = try FileSystem.create(files.path(.offsetIndex))
        _ = try FileSystem.create(files.path(.timeIndex))
        try FileSystem.remove(files.path(.transactionIndex))
        if config.preallocate { try log.reserve(config.segmentBytes) }
        let segment = LogSegment(
            files: files, byteCount: 0, missing: Set(FileKind.ofSegment), created: now,
            rollJitterMs: config.randomJitter())
        segment.file = log
        return segment
    }

    /// The file of the batches.
    func log() throws(LogError) -> LogFile {
        wasUsed = true
        if let file { return file }
        let opened = try FileSystem.open(files.path(.log))
        file = opened
        return opened
    }

    /// Cuts off what a failed write left behind the batches.
    func cutRemains() throws(LogError) {
        if hasRemains { try cutToBatches() }
    }

    /// The first batch that ends at or beyond an offset; nil when all end before it.
    func find(
        _ offset: Int64, from start: Int = 0
    ) throws(LogError) -> (header: RecordBatchHeader, position: Int)? {
        var scanner = BatchScanner(try log(), from: max(start, try offsetIndex.lookup(offset).position), to: byteCount)
        while let batch = try scanner.next() {
            if batch.header.lastOffset >= offset { return batch }
        }
        return nil
    }

    /// The largest timestamp and the last offset of its batch; -1 when no record has one.
    func largestTimestamp() throws(LogError) -> (timestamp: Int64, offset: Int64) {
        if let maxTimestamp { return maxTimestamp }
        let last = try timeIndex.last()
        maxTimestamp = last
        return last
    }

    /// What retention goes by: the largest timestamp, else when the file was written last.
    func retentionTimestamp() throws(LogError) -> Int64 {
        let largest = try largestTimestamp().timestamp
        if largest >= 0 { return largest }
        return try FileSystem.status(files.path(.log))?.modified ?? created
    }

    func setLargestTimestamp(_ largest: (timestamp: Int64, offset: Int64)) { maxTimestamp = largest }

    func forgetTimestamps() {
        maxTimestamp = nil
        firstTimestamp = nil
    }

    /// The timestamp of the first batch, from which segment.ms counts; -1 when it has none.
    func timestampOfFirstBatch() throws(LogError) -> Int64 {
        if let firstTimestamp { return firstTimestamp }
        var scanner = BatchScanner(try log(), from: 0, to: byteCount)
        guard let timestamp = try scanner.next()?.header.maxTimestamp else { return -1 }
        firstTimestamp = timestamp
        return timestamp
    }

    /// Whether batches of these bytes, ending with this offset, belong into a new segment.
    func shouldRoll(
        for byteCount: Int, lastOffset: Int64, maxTimestamp: Int64, config: LogConfig, now: Int64
    ) throws(LogError) -> Bool {
        if lastOffset.subtractingSaturating(baseOffset) > Int64(Int32.max) { return true }
        guard self.byteCount > 0 else { return false }
        if self.byteCount > config.segmentBytes.subtractingSaturating(byteCount) { return true }
        let first = try timestampOfFirstBatch()
        let age = first >= 0 ? maxTimestamp.subtractingSaturating(first) : now.subtractingSaturating(created)
        if age > config.maxSegmentMs.subtractingSaturating(rollJitterMs) { return true }
        if try offsetIndex.isFull(config.segmentIndexBytes) { return true }
        return try timeIndex.isFull(config.segmentIndexBytes)
    }

    /// Finds a place on disk for the batches to come, if many came already: a large piece at once costs the file system
    /// a third less than one for each write. What is not used is given back when the segment becomes inactive.
    func allocate(for count: Int, config: LogConfig) throws(LogError) {
        let end = byteCount.addingSaturating(count)
        guard end > allocated, byteCount >= Self.smallestAllocation, !config.preallocate else { return }
        let ahead = end.addingSaturating(min(byteCount / 4, Self.largestAllocation))
        let target = max(end, min(ahead, config.segmentBytes))
        // Without it the file grows by each write, and says then what is wrong.
        allocated = try log().allocate(byteCount..<target) ? target : .max
    }

    /// Keeps so many bytes allocated behind the batches, or nearly so many.
    func reserve(_ count: Int) {
        guard count > 0, allocated.subtractingSaturating(byteCount) < count - count / 4 else { return }
        let target = byteCount.addingSaturating(count)
        // Without room it is tried again behind the next batch.
        if let log = try? log(), log.allocate(byteCount..<target) { allocated = target }
    }

    private static let smallestAllocation = 16 << 20
    private static let largestAllocation = 32 << 20

    /// Gives back what was allocated beyond the batches.
    func trim() throws(LogError) {
        try cutRemains()
        if allocated > byteCount { try log().truncate(to: byteCount) }
        allocated = 0
    }

    /// Notes a batch that has been written at the end.
    func appended(_ header: RecordBatchHeader, config: LogConfig) throws(LogError) {
        let position = byteCount
        if position == 0 { firstTimestamp = header.maxTimestamp }
        byteCount += header.byteCount
        var largest = try largestTimestamp()
        if header.maxTimestamp > largest.timestamp {
            largest = (header.maxTimestamp, header.lastOffset)
            maxTimestamp = largest
        }
        if bytesSinceIndexEntry > config.indexIntervalBytes {
            offsetIndex.append(offset: header.lastOffset, position: position)
            try timeIndex.append(timestamp: largest.timestamp, offset: largest.offset)
            offsetIndex.file.writeIfMany()
            timeIndex.file.writeIfMany()
            bytesSinceIndexEntry = 0
        }
        bytesSinceIndexEntry += header.byteCount
    }

    func isChecked(_ range: Range<Int>) -> Bool {
        range.lowerBound >= knownFrom
            || checked.ranges.contains { $0.lowerBound <= range.lowerBound && $0.upperBound >= range.upperBound }
    }

    func noteChecked(_ range: Range<Int>) {
        if range.upperBound >= knownFrom {
            knownFrom = min(knownFrom, range.lowerBound)
        } else {
            checked.insert(contentsOf: range)
        }
    }

    /// Begins to note batches anew at a position, below which the indexes are right.
    func restart(at position: Int) {
        byteCount = position
        knownFrom = min(knownFrom, position)
        checked.remove(contentsOf: position..<Int.max)
        wrongFrom = nil
        allocated = 0
        bytesSinceIndexEntry = position - lastIndexedPosition()
        forgetTimestamps()
    }

    private func lastIndexedPosition() -> Int { (try? offsetIndex.last()?.position) ?? 0 }

    /// Gives back the space beyond the batches, and notes the largest timestamp, as no more batches come.
    func becameInactive() throws(LogError) {
        try completeTimeIndex()
        try writeIndexes()
        try cutToBatches()
    }

    /// Cuts the file behind its batches.
    func cutToBatches() throws(LogError) {
        try log().truncate(to: byteCount)
        allocated = 0
        hasRemains = false
    }

    /// Notes the largest timestamp if appends changed it.
    func completeTimeIndex() throws(LogError) {
        if let maxTimestamp, maxTimestamp.timestamp >= 0 {
            try timeIndex.append(timestamp: maxTimestamp.timestamp, offset: maxTimestamp.offset)
        }
    }

    func writeIndexes() throws(LogError) {
        try offsetIndex.file.write()
        try timeIndex.file.write()
        try transactionIndex.file.write()
    }

    /// The files to be synchronized so that the segment is on disk.
    func filesToSync() throws(LogError) -> [LogFile] {
        var files = [try log()]
        for file in [
            try offsetIndex.file.finish(), try timeIndex.file.finish(), try transactionIndex.file.finish(),
        ] {
            if let file { files.append(file) }
        }
        return files
    }

    /// Lets go of the files; those in use by others stay open for them.
    func release() {
        file = nil
        offsetIndex.file.release()
        timeIndex.file.release()
        transactionIndex.file.release()
        wasUsed = false
    }

    func markUnused() { wasUsed = false }
}
