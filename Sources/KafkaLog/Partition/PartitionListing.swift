// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The files of a partition's directory, once what a crash left over is tidied up.
struct PartitionListing {
    /// The base offsets of the segments, in order.
    private(set) var logs: [Int64] = []
    /// The offsets of the snapshots of producers, in order.
    private(set) var snapshots: [Int64] = []
    /// The base offsets of indexes whose segment isn't there; they are removed.
    private(set) var orphans: Set<Int64> = []
    private var indexes: [FileKind: Set<Int64>] = [:]

    /// The kinds of files that a segment lacks.
    func missing(_ baseOffset: Int64) -> Set<FileKind> {
        var missing: Set<FileKind> = []
        for kind in [FileKind.offsetIndex, .timeIndex, .transactionIndex]
        where indexes[kind]?.contains(baseOffset) != true {
            missing.insert(kind)
        }
        return missing
    }

    /// Lists a directory. Removes what was doomed, completes a replacement of segments whose new ones were whole, and
    /// undoes one whose were not.
    init(_ location: LogLocation) throws(LogError) {
        let directory = location.directory
        var names = try FileSystem.names(in: directory)
        if try Self.tidy(names, location) { names = try FileSystem.names(in: directory) }
        for name in names {
            guard let file = SegmentFileName(name), file.suffix == .none else { continue }
            switch file.kind {
            case .log: logs.append(file.offset)
            case .snapshot: snapshots.append(file.offset)
            default: indexes[file.kind, default: []].insert(file.offset)
            }
        }
        logs.sort()
        snapshots.sort()
        let known = Set(logs)
        for (kind, offsets) in indexes {
            for offset in offsets where !known.contains(offset) {
                if kind == .offsetIndex { orphans.insert(offset) }
                try FileSystem.remove(SegmentFiles(location: location, baseOffset: offset).path(kind))
                indexes[kind]?.remove(offset)
            }
        }
    }

    /// False when there was nothing to do.
    private static func tidy(_ names: [String], _ location: LogLocation) throws(LogError) -> Bool {
        let directory = location.directory
        var swaps: [SegmentFileName] = []
        var others: [SegmentFileName] = []
        var firstCleaned = Int64.max
        var changed = false
        for name in names {
            if name.hasSuffix(".tmp") { try FileSystem.remove("\(directory)/\(name)") }
            guard let file = SegmentFileName(name) else { continue }
            switch file.suffix {
            case .none: others.append(file)
            case .swap: swaps.append(file)
            case .deleted, .cleaned:
                if file.suffix == .cleaned { firstCleaned = min(firstCleaned, file.offset) }
                try FileSystem.remove("\(directory)/\(name)")
                changed = true
            }
        }
        guard !swaps.isEmpty else { return changed }
        func path(_ file: SegmentFileName, _ suffix: SegmentFiles.Suffix) -> String {
            SegmentFiles(location: location, baseOffset: file.offset).path(file.kind, suffix)
        }
        // Segments become .swap from the last to the first: where .cleaned ones are left, the change was not complete.
        for swap in swaps where swap.offset >= firstCleaned { try FileSystem.remove(path(swap, .swap)) }
        swaps.removeAll { $0.offset >= firstCleaned }
        var replaced = Int64.max..<Int64.max
        for swap in swaps where swap.kind == .log {
            var files = SegmentFiles(location: location, baseOffset: swap.offset)
            files.suffix = .swap
            let end = try LogSegment.endOffset(files)
            replaced =
                min(
                    replaced.lowerBound, swap.offset)..<max(
                    replaced.upperBound == .max ? end : replaced.upperBound, end)
        }
        // A new segment that came out empty still replaces those of its name.
        let bases = Set(swaps.lazy.filter { $0.kind == .log }.map(\.offset))
        for file in others where replaced.contains(file.offset) || bases.contains(file.offset) {
            try FileSystem.remove(path(file, .none))
        }
        for swap in swaps { try FileSystem.rename(path(swap, .swap), to: path(swap, .none)) }
        return true
    }
}

extension LogSegment {
    /// The offset behind the last batch of a segment that isn't part of a log.
    fileprivate static func endOffset(_ files: SegmentFiles) throws(LogError) -> Int64 {
        let log = try FileSystem.open(files.path(.log))
        var scanner = BatchScanner(log, from: 0, to: try log.byteCount())
        var end = files.baseOffset
        while let (header, _) = try scanner.next(), header.hasOffsets { end = max(end, header.nextOffset) }
        return end
    }
}
