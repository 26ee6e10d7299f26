// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol
internal import NIOCore

/// The log `__cluster_metadata-0` with its snapshots and the quorum's state: one voter, who leads.
///
/// Everything that is appended is on disk when the call returns, as in Kafka's quorum: what was answered stays.
final class MetadataLog {
    let directory: String
    private let log: PartitionLog
    private(set) var quorum = QuorumVoters()
    /// 0 until the first leader takes office.
    private(set) var epoch: Int32
    private(set) var snapshots: [SnapshotID]
    /// Bytes of records since the newest snapshot.
    private(set) var byteCountSinceSnapshot = 0
    /// What opening it had to repair or to pass over, a line each.
    private(set) var notes: [String] = []
    private let nodeID: Int32
    /// The log ends with records that were neither published nor taken back: the next start decides about them.
    private var failure: MetadataError?

    /// The id that the topic has in every Kafka.
    static let topicID = KafkaUUID(high: 0, low: 1)
    /// Read at once when the log is replayed.
    private static let readByteCount = MetadataBatches.maximumByteCount + (1 << 20)

    /// Opens the log in a data directory, makes it if it is missing, and replays it. A write that was under way when
    /// the broker ended is cut off; a log that is damaged before its end, or lacks a part, is refused as it is.
    /// - Parameter knownEnd: where other files say that the log ended, at least.
    init(
        dataDirectory: String, nodeID: Int32, configuration: BrokerConfiguration,
        knownEnd: Int64 = 0, now: Int64, replayingInto draft: inout MetadataDraft
    ) throws(MetadataError) {
        directory = dataDirectory + "/" + TopicName.metadata + "-0"
        self.nodeID = nodeID
        snapshots = SnapshotID.all(in: directory)
        try MetadataLogScan(directory).check(directory, snapshots: snapshots, knownEnd: knownEnd)
        if let note = try Self.mendTopicID(in: directory) { notes.append(note) }
        let options = Self.options(configuration)
        do throws(LogError) { log = try PartitionLog.open(directory, options: options, now: now) } catch {
            throw MetadataError(error)
        }
        notes += log.recovery.messages
        let state = try QuorumState.read(directory)
        epoch = max(state?.leaderEpoch ?? 0, log.latestEpoch ?? 0)
        try removeUnfinishedFiles()
        try replay(into: &draft, now: now)
        if let state, state.version > 0, quorum.kraftVersion == 0 {
            throw MetadataError(
                .kafkaStorageError,
                "\(directory)/\(QuorumState.fileName) is of a quorum that keeps its voters itself, and they are missing: "
                    + "\(SnapshotID(offset: 0, epoch: 0).fileName) had them. \(StorageAdvice.text(directory))")
        }
    }

    /// The topic has the same id everywhere: a file that says another is damaged, and needs nobody to be written anew.
    private static func mendTopicID(in directory: String) throws(MetadataError) -> String? {
        do throws(LogError) {
            let id = try PartitionDirectory.topicID(in: directory)
            if id == nil || id == topicID { return nil }
        } catch  where error.systemError != nil {
            throw MetadataError(error)
        } catch {
            // It can't be read.
        }
        do throws(LogError) { try PartitionDirectory.write(topicID: topicID, in: directory) } catch {
            throw MetadataError(error)
        }
        return "\(PartitionDirectory.metadataPath(directory)) was damaged, and is written anew"
    }

    private static func options(_ configuration: BrokerConfiguration) -> PartitionLog.Options {
        var config = LogConfig()
        config.segmentBytes = configuration.int("metadata.log.segment.bytes")
        config.segmentMs = configuration.int64("metadata.log.segment.ms")
        // Segments go when a snapshot has what is in them, never by age or size alone.
        config.retentionMs = -1
        config.retentionBytes = -1
        config.maxMessageBytes = MetadataBatches.maximumByteCount
        var options = PartitionLog.Options(config: config)
        options.topicID = topicID
        // It is in no checkpoint file, so that its end is always checked.
        options.hadCleanShutdown = false
        options.syncsIndexes = false
        // On a full disk the broker must start, and topics be deleted.
        options.reservedBytes = 1 << 20
        // The first flush synchronizes the directory.
        options.durability = .contents
        return options
    }

    var endOffset: Int64 { log.logEndOffset }
    var startOffset: Int64 { log.logStartOffset }
    /// Neither records nor snapshots: nobody ever led here.
    var isNew: Bool { log.logEndOffset == 0 && snapshots.isEmpty }

    private func removeUnfinishedFiles() throws(MetadataError) {
        for name in MetadataFiles.names(in: directory)
        where name.hasSuffix(".checkpoint.part") || name.hasSuffix(".checkpoint.deleted") {
            MetadataFiles.remove(directory + "/" + name)
        }
    }

    // MARK: Reading

    private func replay(into draft: inout MetadataDraft, now: Int64) throws(MetadataError) {
        do {
            let start = try replaySnapshot(into: &draft)
            if start > log.logEndOffset {
                // There never was a log: a snapshot was put here to begin with, as Kafka is restored.
                try log.truncateFully(startingAt: start, now: now)
            }
            guard start >= log.logStartOffset else {
                throw MetadataError(
                    .kafkaStorageError,
                    "\(directory) has no snapshot of what came before offset \(log.logStartOffset). "
                        + StorageAdvice.text(directory))
            }
            try replayLog(from: start, into: &draft)
        } catch let error as MetadataError {
            throw error
        } catch let error as LogError {
            throw MetadataError(error)
        } catch {
            throw MetadataError(.kafkaStorageError, "\(directory): \(error)")
        }
    }

    /// Returns where the log goes on.
    private func replaySnapshot(into draft: inout MetadataDraft) throws -> Int64 {
        var failure: (any Error)?
        for id in snapshots.reversed() {
            var attempt = draft
            var voters = QuorumVoters()
            do {
                try MetadataSnapshot.read("\(directory)/\(id.fileName)", id, into: &attempt, quorum: &voters)
                draft = attempt
                quorum = voters
                return id.offset
            } catch {
                // An older one will do if the log still has what follows it.
                failure = failure ?? error
                notes.append("\(error); what it holds is read from the log instead")
            }
        }
        // The log from its beginning on will do as well, unless that began with the snapshot.
        if let failure, log.logStartOffset > 0 || snapshots.first?.offset == 0 {
            throw MetadataError(.corruptMessage, "\(failure). \(StorageAdvice.text(directory))")
        }
        return 0
    }

    private func replayLog(from start: Int64, into draft: inout MetadataDraft) throws {
        var reader = MetadataReader()
        var next = start
        while next < log.logEndOffset {
            let slice = try log.read(from: next, maxBytes: Self.readByteCount, isolation: .logEnd).slice
            let bytes = try slice.read()
            var last = next - 1
            let used = try reader.forEachEntry(in: bytes, of: "\(directory) from offset \(next)") { entry in
                last = entry.offset
                // A batch may begin before the snapshot's end.
                guard entry.offset >= start else { return }
                try draft.replay(entry, &quorum)
            }
            guard used > 0, last >= next else {
                throw MetadataError(.corruptMessage, "\(directory) can't be read from offset \(next)")
            }
            byteCountSinceSnapshot += used
            next = last + 1
        }
    }

    // MARK: Writing

    /// Begins the next epoch: writes quorum-state, then the batch that says who leads.
    func takeOffice(now: Int64) throws(MetadataError) {
        let next = epoch.addingSaturating(1)
        do throws(MetadataError) {
            try QuorumState(leaderID: nodeID, leaderEpoch: next, version: quorum.kraftVersion > 0 ? 1 : 0)
                .write(directory)
        } catch  where error.isOutOfSpace {
            // The log, which has room, says the same.
        }
        epoch = next
        // Kafka writes version 0 under every kraft.version, and reads whatever is there as version 0.
        let voter = LeaderChangeMessage.Voter { $0.voterID = nodeID }
        let message = LeaderChangeMessage {
            $0.leaderID = nodeID
            $0.voters = [voter]
            $0.grantingVoters = [voter]
        }
        let batch = try MetadataBatches.control(
            .leaderChange, message, version: 0, baseOffset: endOffset, epoch: epoch, timestamp: now)
        try write(batch, now: now)
    }

    /// Appends records, in one batch if they fit one. They are on disk after the next `flush`.
    func append(_ frames: MetadataBatches.Frames, now: Int64) throws(MetadataError) {
        var bytes = ByteBuffer()
        MetadataBatches.append(frames, to: &bytes, baseOffset: endOffset, epoch: epoch, timestamp: now)
        byteCountSinceSnapshot += bytes.readableBytes
        try write(bytes, now: now)
    }

    private func write(_ bytes: ByteBuffer, now: Int64) throws(MetadataError) {
        if let failure { throw failure }
        do throws(LogError) { _ = try log.append(bytes, origin: .raftLeader, leaderEpoch: epoch, now: now) } catch {
            throw MetadataError(error)
        }
    }

    /// Why nothing is appended any more; nil while all is well.
    var storageFailure: MetadataError? { failure ?? log.failure.map { MetadataError($0) } }

    func flush() throws(MetadataError) {
        do throws(LogError) { try log.flush() } catch { throw MetadataError(error) }
    }

    /// Takes records back that could not be brought to disk, so that no others come behind them that know nothing of
    /// them; where that fails too, `append` refuses from now on.
    func takeBack(to offset: Int64, now: Int64) {
        guard log.failure == nil else { return }
        do throws(LogError) { try log.truncate(to: offset, now: now) } catch {
            failure = MetadataError(error)
        }
    }

    func close() throws(MetadataError) {
        do throws(LogError) { try log.close() } catch { throw MetadataError(error) }
    }

    /// Writes a snapshot of everything so far, unless there is one.
    func writeSnapshot(_ image: MetadataImage, now: Int64) throws(MetadataError) {
        let id = SnapshotID(offset: image.offset.addingSaturating(1), epoch: image.epoch)
        guard id.offset > 0, snapshots.last.map({ $0 < id }) ?? true else { return }
        let bytes = try MetadataSnapshot.bytes(
            image.records(), epoch: id.epoch, lastContainedTimestamp: image.timestamp, quorum: quorum, now: now)
        try MetadataFiles.replace(path(of: id), with: bytes)
        snapshots.append(id)
        byteCountSinceSnapshot = 0
    }

    /// Removes the oldest snapshots, and the segments that the next one covers, while all of it is too large or the
    /// oldest too old (KIP-630); then the files of segments removed before, after their delay.
    func enforce(_ retention: MetadataRetention, now: Int64) throws(MetadataError) {
        while try mayForgetFirst(retention, now: now) {
            let old = snapshots.removeFirst()
            do throws(LogError) {
                if snapshots[0].offset > log.logStartOffset { try log.advanceLogStart(to: snapshots[0].offset) }
                try log.enforceRetention(now: now)
            } catch {
                throw MetadataError(error)
            }
            MetadataFiles.remove(path(of: old))
        }
        log.deletePendingFiles(now: now)
    }

    private func mayForgetFirst(_ retention: MetadataRetention, now: Int64) throws(MetadataError) -> Bool {
        guard snapshots.count > 1 else { return false }
        if isTooLarge(retention) { return true }
        return try isTooOld(snapshots[0], retention, now: now)
    }

    private func isTooLarge(_ retention: MetadataRetention) -> Bool {
        guard retention.bytes >= 0 else { return false }
        let byteCount = snapshots.reduce(log.byteCount) { $0 + MetadataFiles.byteCount(path(of: $1)) }
        return byteCount > retention.bytes
    }

    private func isTooOld(
        _ snapshot: SnapshotID, _ retention: MetadataRetention, now: Int64
    ) throws(MetadataError) -> Bool {
        guard retention.milliseconds >= 0 else { return false }
        guard let timestamp = try MetadataSnapshot.lastContainedTimestamp(path(of: snapshot)) else { return false }
        return now.subtractingSaturating(timestamp) > retention.milliseconds
    }

    private func path(of snapshot: SnapshotID) -> String { "\(directory)/\(snapshot.fileName)" }
}

/// How much of the metadata's past is kept, and for how long; -1 for no bound.
struct MetadataRetention {
    /// `metadata.max.retention.bytes`
    var bytes: Int64
    /// `metadata.max.retention.ms`
    var milliseconds: Int64

    init(_ configuration: BrokerConfiguration) {
        bytes = configuration.int64("metadata.max.retention.bytes")
        milliseconds = configuration.int64("metadata.max.retention.ms")
    }
}
