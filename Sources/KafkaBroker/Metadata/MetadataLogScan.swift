// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol
internal import NIOCore

/// What the segments of `__cluster_metadata` hold, read without changing them. Recovery cuts a log at its first bad
/// batch; here good ones may follow, and they may be all there is of a topic.
struct MetadataLogScan: Sendable {
    /// Batches that follow one another without a gap, in one file or several.
    struct Run: Sendable {
        var start: Int64
        /// Behind the last batch.
        var end: Int64
        var parts: [Part] = []
    }

    /// The bytes of a segment that belong to a run.
    struct Part: Sendable {
        var path: String
        /// Of the first batch.
        var offset: Int64
        var bytes: Range<Int>
    }

    /// Where the log doesn't go on as it must.
    struct Damage: Sendable {
        var path: String
        var position: Int
        /// The offset that should come there.
        var offset: Int64
        var reason: String
    }

    private(set) var runs: [Run] = []
    private(set) var damages: [Damage] = []
    /// Behind the batches that follow one another from the beginning on.
    var end: Int64 { runs.first?.end ?? 0 }
    var isMissing: Bool { runs.isEmpty }

    /// - Parameter directory: that of the partition.
    init(_ directory: String) throws(MetadataError) {
        do throws(LogError) {
            var segments: [(offset: Int64, path: String, byteCount: Int)] = []
            for offset in MetadataFiles.segments(in: directory) {
                let path = MetadataFiles.segmentPath(directory, offset)
                segments.append((offset, path, try FileSystem.status(path)?.byteCount ?? 0))
            }
            for (index, segment) in segments.enumerated() {
                let isLast = !segments[(index + 1)...].contains { $0.byteCount > 0 }
                try scan(segment.path, segment.offset, segment.byteCount, isLast: isLast)
            }
        } catch {
            throw MetadataError(error)
        }
    }

    private mutating func scan(
        _ path: String, _ baseOffset: Int64, _ byteCount: Int, isLast: Bool
    ) throws(LogError) {
        let expected = runs.last?.end ?? baseOffset
        if baseOffset != expected { damage(path, 0, "the segment begins at offset \(baseOffset)") }
        if runs.isEmpty || baseOffset != expected { runs.append(Run(start: baseOffset, end: baseOffset)) }
        runs[runs.count - 1].parts.append(Part(path: path, offset: baseOffset, bytes: 0..<0))
        let file = try FileSystem.openToRead(path)
        var position = 0
        while position < byteCount {
            var reader = BatchFileReader(file, from: position, to: byteCount)
            while let (header, _) = try reader.next() {
                add(header, path, position..<reader.position)
                position = reader.position
            }
            guard position < byteCount else { return }
            let bytes = ByteBuffer(bytes: try FileSystem.contents(path) ?? [])
            let tail = MetadataTail(bytes, from: position)
            if let next = tail.nextBatch() {
                damage(path, position, tail.reason)
                let offset = RecordBatchHeader(bytes, at: next).baseOffset
                runs.append(
                    Run(start: offset, end: offset, parts: [Part(path: path, offset: offset, bytes: next..<next)]))
                position = next
            } else if isLast, tail.isTorn {
                // Nobody was told that it is there.
                return
            } else {
                return damage(path, position, tail.reason)
            }
        }
    }

    private mutating func add(_ header: RecordBatchHeader, _ path: String, _ bytes: Range<Int>) {
        let last = runs.count - 1
        guard header.baseOffset == runs[last].end, header.lastOffset >= header.baseOffset else {
            // The checksum doesn't cover the offset.
            damage(path, bytes.lowerBound, "the batch there says offset \(header.baseOffset)")
            let end = max(header.nextOffset, header.baseOffset)
            let part = Part(path: path, offset: header.baseOffset, bytes: bytes)
            return runs.append(Run(start: header.baseOffset, end: end, parts: [part]))
        }
        runs[last].end = header.nextOffset
        let part = runs[last].parts.count - 1
        let lower = runs[last].parts[part].bytes.isEmpty ? bytes.lowerBound : runs[last].parts[part].bytes.lowerBound
        runs[last].parts[part].bytes = lower..<bytes.upperBound
    }

    private mutating func damage(_ path: String, _ position: Int, _ reason: String) {
        damages.append(Damage(path: path, position: position, offset: runs.last?.end ?? 0, reason: reason))
    }
}

extension MetadataLogScan.Damage: CustomStringConvertible {
    var description: String { "\(path) is damaged at byte \(position), where offset \(offset) should come: \(reason)" }
}
