// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol
internal import NIOCore

/// What can be had of a metadata log, damaged or not: a snapshot or the log's beginning, and the batches that go on from
/// there without a gap.
struct MetadataSalvage {
    /// That of the partition.
    let directory: String
    let scan: MetadataLogScan
    /// Snapshots that can't be read, with the reason.
    private(set) var unreadable: [(id: SnapshotID, reason: String)] = []
    /// Nil for the log's beginning.
    private(set) var snapshot: SnapshotID?
    /// The bytes that are kept, and the offset behind them.
    private(set) var parts: [MetadataLogScan.Part] = []
    private(set) var end: Int64 = 0
    private(set) var quorum = QuorumVoters()
    private var draft = MetadataDraft(.empty)

    var image: MetadataImage { draft.visible.image }

    init(_ directory: String) throws {
        self.directory = directory
        scan = try MetadataLogScan(directory)
        let chains = Self.chains(scan.runs)
        let snapshots = SnapshotID.all(in: directory)
        for id in snapshots.reversed() {
            var (attempt, voters) = (MetadataDraft(.empty), QuorumVoters())
            do {
                try MetadataSnapshot.read("\(directory)/\(id.fileName)", id, into: &attempt, quorum: &voters)
            } catch {
                unreadable.append((id, "\(error)"))
                continue
            }
            let chain = chains.last { $0.start <= id.offset && id.offset <= $0.end }
            let end = chain?.end ?? id.offset
            guard snapshot == nil || end > self.end else { continue }
            (snapshot, self.end, parts, draft, quorum) = (id, end, chain?.parts ?? [], attempt, voters)
        }
        if let first = chains.first, first.start == 0, snapshot == nil || first.end > end {
            (snapshot, end, parts) = (nil, first.end, first.parts)
            (draft, quorum) = (MetadataDraft(.empty), QuorumVoters())
        }
        try replay()
    }

    /// Runs that join, as one: what lay between them was no record.
    private static func chains(_ runs: [MetadataLogScan.Run]) -> [MetadataLogScan.Run] {
        var chains: [MetadataLogScan.Run] = []
        for run in runs {
            if let last = chains.last, last.end == run.start {
                chains[chains.count - 1].end = run.end
                chains[chains.count - 1].parts += run.parts
            } else {
                chains.append(run)
            }
        }
        return chains
    }

    private mutating func replay() throws {
        let start = snapshot?.offset ?? 0
        for part in parts {
            try Self.forEachEntry(part) { entry in
                guard entry.offset >= start else { return }
                try draft.replay(entry, &quorum)
            }
        }
    }

    private static func forEachEntry(
        _ part: MetadataLogScan.Part, _ body: (MetadataLogEntry) throws -> Void
    ) throws {
        guard let bytes = try MetadataFiles.contents(part.path),
            let slice = bytes.getSlice(at: part.bytes.lowerBound, length: part.bytes.count)
        else { return }
        var reader = MetadataReader()
        _ = try reader.forEachEntry(in: slice, of: part.path, body)
    }

    /// What is in the log behind what can be had.
    func lost(knownEnd: Int64) throws -> MetadataSummary {
        var lost = MetadataSummary()
        var next = end
        for run in scan.runs where run.end > end {
            lost.unreadableCount = lost.unreadableCount.addingSaturating(max(0, run.start.subtractingSaturating(next)))
            next = max(next, run.end)
            for part in run.parts {
                try Self.forEachEntry(part) { entry in
                    if entry.offset >= end { lost.note(entry) }
                }
            }
        }
        let known = max(knownEnd, unreadable.first?.id.offset ?? 0)
        lost.unreadableCount = lost.unreadableCount.addingSaturating(max(0, known.subtractingSaturating(next)))
        return lost
    }
}
