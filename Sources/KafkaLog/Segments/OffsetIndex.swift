// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// From offsets to positions: the last offset of some batches (4 bytes, relative to the segment's) and where they begin
/// (4 bytes).
struct OffsetIndex {
    struct Entry: IndexEntry {
        static let byteCount = 8
        var relativeOffset: UInt32
        var position: UInt32

        init(relativeOffset: UInt32, position: UInt32) {
            self.relativeOffset = relativeOffset
            self.position = position
        }

        init(_ bytes: UnsafeRawPointer) {
            relativeOffset = UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))
            position = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        }

        func write(to bytes: UnsafeMutableRawPointer) {
            bytes.storeBytes(of: relativeOffset.bigEndian, as: UInt32.self)
            bytes.storeBytes(of: position.bigEndian, toByteOffset: 4, as: UInt32.self)
        }

        func offset(from baseOffset: Int64) -> Int64 { baseOffset.addingSaturating(Int64(relativeOffset)) }

        /// The first batch of a segment has no entry, so no position is 0.
        var isPadding: Bool { position == 0 }
    }

    let baseOffset: Int64
    var file: IndexFile<Entry>

    init(files: SegmentFiles, isEmpty: Bool) {
        baseOffset = files.baseOffset
        file = IndexFile(files: files, kind: .offsetIndex, isEmpty: isEmpty)
    }

    /// Where to begin to look for an offset: the last entry at or below it, else the segment's beginning.
    mutating func lookup(_ offset: Int64) throws(LogError) -> (offset: Int64, position: Int) {
        let found = try file.last { $0.offset(from: baseOffset) <= offset }
        return found.map { absolute($0.entry) } ?? (baseOffset, 0)
    }

    mutating func last() throws(LogError) -> (offset: Int64, position: Int)? { try file.last().map(absolute) }

    /// The offset of the first entry at or beyond a position.
    mutating func offset(atOrAfter position: Int) throws(LogError) -> Int64? {
        let next = try file.last { $0.position < position }.map { $0.index + 1 } ?? 0
        return next < (try file.count()) ? absolute(try file.entry(next)).offset : nil
    }

    /// What doesn't fit an entry has none: it is found by walking there from the one before.
    mutating func append(offset: Int64, position: Int) {
        guard let relative = UInt32(exactly: offset.subtractingSaturating(baseOffset)),
            let position = UInt32(exactly: position)
        else { return }
        file.append(Entry(relativeOffset: relative, position: position))
    }

    /// Keeps the entries below an offset.
    mutating func truncate(to offset: Int64) throws(LogError) {
        let kept = try file.last { $0.offset(from: baseOffset) < offset }.map { $0.index + 1 } ?? 0
        try file.truncate(to: kept)
    }

    mutating func isFull(_ maxBytes: Int) throws(LogError) -> Bool {
        try file.count() >= maxBytes / Entry.byteCount
    }

    private func absolute(_ entry: Entry) -> (offset: Int64, position: Int) {
        (entry.offset(from: baseOffset), Int(entry.position))
    }
}
