// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

// For tools, which look at files that a broker may be writing: nothing is locked, made or repaired.
extension MetadataImage {
    /// What one `.log` or `.checkpoint` file says by itself.
    package static func read(file path: String) throws -> MetadataImage {
        var draft = MetadataDraft(.empty)
        guard try draft.replay(file: path, from: 0) > 0 else {
            throw MetadataError(.corruptMessage, "\(path) is neither a log nor a snapshot of metadata")
        }
        return draft.visible.image
    }

    /// What a directory `__cluster_metadata-0` says: its newest snapshot, and the log from there on.
    package static func read(directory: String) throws -> MetadataImage {
        var draft = MetadataDraft(.empty)
        var next: Int64 = 0
        if let newest = SnapshotID.all(in: directory).last {
            var quorum = QuorumVoters()
            try MetadataSnapshot.read("\(directory)/\(newest.fileName)", newest, into: &draft, quorum: &quorum)
            next = newest.offset
        }
        let segments = MetadataFiles.names(in: directory).filter { $0.hasSuffix(".log") && $0.utf8.count == 24 }
            .sorted()
        let newest = SnapshotID.all(in: directory).last
        guard !segments.isEmpty || newest != nil else {
            throw MetadataError(.kafkaStorageError, "\(directory) has neither a log nor a snapshot of metadata")
        }
        for segment in segments { _ = try draft.replay(file: "\(directory)/\(segment)", from: next) }
        // A directory that nobody has started yet has what it is to begin with.
        if let newest, newest.offset == 0, draft.visible.image.features.isEmpty {
            _ = try draft.replay(file: "\(directory)/\(newest.fileName)", from: 0)
        }
        return draft.visible.image
    }
}

extension MetadataDraft {
    /// Replays the complete batches of a file; the broker may be in the middle of the last.
    /// - Returns: how many bytes they take.
    fileprivate mutating func replay(file path: String, from start: Int64) throws -> Int {
        guard let bytes = try MetadataFiles.contents(path) else {
            throw MetadataError(.kafkaStorageError, "\(path) does not exist")
        }
        var reader = MetadataReader()
        return try reader.forEachEntry(in: bytes, of: path) { entry in
            guard entry.offset >= start else { return }
            if case .record(let versioned) = entry.content {
                try replay(versioned.record, offset: entry.offset, epoch: entry.epoch, timestamp: entry.timestamp)
            } else {
                note(offset: entry.offset, epoch: entry.epoch, timestamp: entry.timestamp)
            }
        }
    }
}
