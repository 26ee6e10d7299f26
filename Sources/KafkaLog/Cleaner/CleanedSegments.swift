// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Writes the segments that replace others; their files end in `.cleaned`. None is larger than segment.bytes, so more
/// than one may come out where the configuration has changed or batches have grown.
struct CleanedSegments: ~Copyable {
    private static let bufferByteCount = 1 << 20

    private(set) var segments: [LogSegment] = []
    /// One of which only some files could be made.
    private var unfinished: SegmentFiles?
    private let location: LogLocation
    private let config: LogConfig
    private let now: Int64
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferByteCount, alignment: 64)
    /// Bytes in the buffer, and where in the file they go.
    private var buffered = 0
    private var position = 0

    init(_ directory: String, config: LogConfig, now: Int64) {
        location = LogLocation(directory)
        var config = config
        config.preallocate = false
        self.config = config
        self.now = now
    }

    deinit { buffer.deallocate() }

    var byteCount: Int64 { segments.reduce(0) { $0 + Int64($1.byteCount) } }

    private var current: LogSegment { segments[segments.count - 1] }

    mutating func append(_ header: RecordBatchHeader, _ bytes: UnsafeRawBufferPointer) throws(LogError) {
        if try isFull(for: header) {
            try complete()
            try begin(header.baseOffset)
        }
        if bytes.count > Self.bufferByteCount - buffered { try flush() }
        if bytes.count > Self.bufferByteCount {
            try current.log().write(bytes, at: position)
            position += bytes.count
        } else {
            UnsafeMutableRawBufferPointer(rebasing: buffer[buffered...]).copyMemory(from: bytes)
            buffered += bytes.count
        }
        try current.appended(header, config: config)
    }

    /// Notes an aborted transaction, whose marker was appended last.
    func note(_ transaction: AbortedTransaction) { current.transactionIndex.append(transaction) }

    /// Completes the segments and brings them to disk; they seem as old as the youngest of those they replace.
    mutating func finish(modified: Int64) throws(LogError) {
        try complete()
        for segment in segments {
            for file in try segment.filesToSync() { try file.sync() }
            try segment.log().setModified(modified)
            segment.release()
        }
        try FileSystem.syncDirectory(location.directory)
    }

    /// Deletes the files; returns the paths of those that could not be deleted.
    func discard() -> [String] {
        let unfinished = unfinished.map { files in FileKind.ofSegment.map { files.path($0) } } ?? []
        return segments.flatMap { $0.discard() } + unfinished.filter { (try? FileSystem.remove($0)) == nil }
    }

    private func isFull(for header: RecordBatchHeader) throws(LogError) -> Bool {
        let segment = current
        if header.lastOffset.subtractingSaturating(segment.baseOffset) > Int64(Int32.max) {
            return segment.byteCount > 0
        }
        guard segment.byteCount > 0 else { return false }
        if segment.byteCount + header.byteCount > config.segmentBytes { return true }
        if try segment.offsetIndex.isFull(config.segmentIndexBytes) { return true }
        return try segment.timeIndex.isFull(config.segmentIndexBytes)
    }

    mutating func begin(_ baseOffset: Int64) throws(LogError) {
        let files = SegmentFiles(location: location, baseOffset: baseOffset, suffix: .cleaned)
        unfinished = files
        segments.append(try LogSegment.create(files: files, config: config, now: now))
        unfinished = nil
        position = 0
    }

    private mutating func complete() throws(LogError) {
        try flush()
        try current.becameInactive()
    }

    private mutating func flush() throws(LogError) {
        let log = try current.log()
        try log.write(UnsafeRawBufferPointer(rebasing: buffer[..<buffered]), at: position)
        // The disk works while the next batches are filtered.
        log.beginSync(position..<position + buffered)
        position += buffered
        buffered = 0
    }
}
