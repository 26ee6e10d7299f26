// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

/// The end of what a snapshot contains, which is its name: `00000000000000000283-0000000002.checkpoint`.
struct SnapshotID: Comparable, Hashable {
    /// The first offset that is not in it.
    var offset: Int64
    /// Of the last record in it.
    var epoch: Int32

    /// Beyond it a name is no snapshot's: records follow a snapshot.
    private static let largestOffset = Int64.max / 2

    init(offset: Int64, epoch: Int32) {
        self.offset = offset
        self.epoch = epoch
    }

    init?(fileName: String) {
        guard fileName.hasSuffix(".checkpoint") else { return nil }
        let parts = fileName.dropLast(".checkpoint".count).split(separator: "-")
        guard parts.count == 2, parts[0].utf8.count == 20, parts[1].utf8.count == 10,
            let offset = Int64(parts[0]), let epoch = Int32(parts[1]), (0...Self.largestOffset).contains(offset)
        else { return nil }
        self.init(offset: offset, epoch: epoch)
    }

    var fileName: String {
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(offset, 20))-\(padded(Int64(epoch), 10)).checkpoint"
    }

    static func < (left: SnapshotID, right: SnapshotID) -> Bool {
        (left.offset, left.epoch) < (right.offset, right.epoch)
    }

    /// The snapshots in a directory, oldest first.
    static func all(in directory: String) -> [SnapshotID] {
        MetadataFiles.names(in: directory).compactMap { SnapshotID(fileName: $0) }.sorted()
    }
}

/// What the quorum itself keeps, beside the metadata.
struct QuorumVoters: Equatable {
    var kraftVersion: Int16 = 0
    /// Nil under kraft.version 0, where the voters are configured.
    var voters: VotersRecord?

    mutating func note(_ content: MetadataLogEntry.Content) {
        switch content {
        case .kraftVersion(let record): kraftVersion = record.kRaftVersion
        case .voters(let record): voters = record
        default: break
        }
    }
}

enum MetadataSnapshot {
    /// The bytes of a snapshot: header, control records of the quorum, records, footer.
    static func bytes(
        _ records: [VersionedRecord], epoch: Int32, lastContainedTimestamp: Int64, quorum: QuorumVoters, now: Int64
    ) throws(MetadataError) -> ByteBuffer {
        let header = SnapshotHeaderRecord { $0.lastContainedLogTimestamp = lastContainedTimestamp }
        var bytes = try MetadataBatches.control(
            .snapshotHeader, header, version: 0, baseOffset: 0, epoch: epoch, timestamp: now)
        var offset: Int64 = 1
        if quorum.kraftVersion > 0 {
            let version = KRaftVersionRecord { $0.kRaftVersion = quorum.kraftVersion }
            var batch = try MetadataBatches.control(
                .kraftVersion, version, version: 0, baseOffset: offset, epoch: epoch, timestamp: now)
            bytes.writeBuffer(&batch)
            offset += 1
        }
        if quorum.kraftVersion > 0, let voters = quorum.voters {
            var batch = try MetadataBatches.control(
                .kraftVoters, voters, version: 0, baseOffset: offset, epoch: epoch, timestamp: now)
            bytes.writeBuffer(&batch)
            offset += 1
        }
        MetadataBatches.append(
            try MetadataBatches.Frames(records), to: &bytes, baseOffset: offset, epoch: epoch, timestamp: now)
        offset += Int64(records.count)
        var footer = try MetadataBatches.control(
            .snapshotFooter, SnapshotFooterRecord(), version: 0, baseOffset: offset, epoch: epoch, timestamp: now)
        bytes.writeBuffer(&footer)
        return bytes
    }

    /// When the last record was written that a snapshot contains; nil where its file doesn't say.
    static func lastContainedTimestamp(_ path: String) throws(MetadataError) -> Int64? {
        guard let bytes = try MetadataFiles.contents(path, maxBytes: headerByteCount) else { return nil }
        var timestamp: Int64?
        var reader = MetadataReader()
        do {
            _ = try reader.forEachEntry(in: bytes, of: path) { entry in
                if case .snapshotHeader(let header) = entry.content { timestamp = header.lastContainedLogTimestamp }
            }
        } catch {
            // Whatever is wrong behind the header shows when the snapshot is read.
            return timestamp
        }
        return timestamp
    }

    /// More than the batch takes with which a snapshot begins.
    private static let headerByteCount = 4096

    /// Replays a snapshot; one without its footer was never finished. That of offset 0 has voters, and besides what a new
    /// log is to begin with, which is no part of the metadata before it is written there.
    static func read(
        _ path: String, _ id: SnapshotID, into draft: inout MetadataDraft, quorum: inout QuorumVoters
    ) throws {
        var isComplete = false
        var timestamp: Int64 = -1
        try MetadataReader.forEachEntry(inFile: path) { entry in
            switch entry.content {
            case .record where id.offset == 0: break
            case .record(let versioned):
                try draft.replay(versioned.record, offset: entry.offset, epoch: id.epoch, timestamp: entry.timestamp)
            case .snapshotHeader(let header): timestamp = header.lastContainedLogTimestamp
            case .snapshotFooter: isComplete = true
            default: quorum.note(entry.content)
            }
        }
        guard isComplete else { throw MetadataError(.corruptMessage, "\(path) has no end") }
        draft.note(offset: id.offset.subtractingSaturating(1), epoch: id.epoch, timestamp: timestamp)
    }
}
