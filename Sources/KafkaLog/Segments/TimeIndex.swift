// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// From timestamps to offsets: the largest timestamp so far (8 bytes), and the last offset of its batch (4 bytes,
/// relative to the segment's).
struct TimeIndex {
    struct Entry: IndexEntry {
        static let byteCount = 12
        var timestamp: Int64
        var relativeOffset: UInt32

        init(timestamp: Int64, relativeOffset: UInt32) {
            self.timestamp = timestamp
            self.relativeOffset = relativeOffset
        }

        init(_ bytes: UnsafeRawPointer) {
            timestamp = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
            relativeOffset = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        }

        func write(to bytes: UnsafeMutableRawPointer) {
            bytes.storeBytes(of: timestamp.bigEndian, as: Int64.self)
            bytes.storeBytes(of: relativeOffset.bigEndian, toByteOffset: 8, as: UInt32.self)
        }

        func offset(from baseOffset: Int64) -> Int64 { baseOffset.addingSaturating(Int64(relativeOffset)) }

        var isPadding: Bool { timestamp == 0 && relativeOffset == 0 }
    }

    let baseOffset: Int64
    var file: IndexFile<Entry>
    private var newest: (timestamp: Int64, offset: Int64)?

    init(files: SegmentFiles, isEmpty: Bool) {
        baseOffset = files.baseOffset
        file = IndexFile(files: files, kind: .timeIndex, isEmpty: isEmpty)
    }

    /// The last entry at or below a timestamp, else the segment's beginning.
    mutating func lookup(_ timestamp: Int64) throws(LogError) -> (timestamp: Int64, offset: Int64) {
        let found = try file.last { $0.timestamp <= timestamp }
        return found.map { absolute($0.entry) } ?? (-1, baseOffset)
    }

    /// The largest timestamp noted, and the last offset of its batch.
    mutating func last() throws(LogError) -> (timestamp: Int64, offset: Int64) {
        if let newest { return newest }
        let last = try file.last().map(absolute) ?? (-1, baseOffset)
        newest = last
        return last
    }

    /// Notes a timestamp if it is larger than all before.
    mutating func append(timestamp: Int64, offset: Int64) throws(LogError) {
        guard timestamp > (try last().timestamp) else { return }
        guard let relative = UInt32(exactly: offset.subtractingSaturating(baseOffset)) else { return }
        file.append(Entry(timestamp: timestamp, relativeOffset: relative))
        newest = (timestamp, offset)
    }

    /// Keeps the entries below an offset.
    mutating func truncate(to offset: Int64) throws(LogError) {
        let kept = try file.last { $0.offset(from: baseOffset) < offset }.map { $0.index + 1 } ?? 0
        try file.truncate(to: kept)
        newest = nil
    }

    mutating func reset() {
        file.reset()
        newest = nil
    }

    /// One entry is left for the end of the segment.
    mutating func isFull(_ maxBytes: Int) throws(LogError) -> Bool {
        try file.count() >= maxBytes / Entry.byteCount - 1
    }

    private func absolute(_ entry: Entry) -> (timestamp: Int64, offset: Int64) {
        (entry.timestamp, entry.offset(from: baseOffset))
    }
}
