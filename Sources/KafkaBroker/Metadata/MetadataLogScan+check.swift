// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol

extension MetadataLogScan {
    /// Throws unless the log is whole and joins its snapshots.
    /// - Parameter directory: that of the partition.
    func check(_ directory: String, snapshots: [SnapshotID], knownEnd: Int64) throws(MetadataError) {
        guard let problem = try problem(directory, snapshots: snapshots, knownEnd: knownEnd) else { return }
        throw MetadataError(.kafkaStorageError, "\(problem). \(StorageAdvice.text(directory))")
    }

    /// The first thing that is wrong; nil if nothing is.
    func problem(
        _ directory: String, snapshots: [SnapshotID], knownEnd: Int64
    ) throws(MetadataError) -> String? {
        if let damage = damages.first {
            let last = runs[runs.count - 1]
            let follows =
                runs.count > 1 && !last.parts.allSatisfy(\.bytes.isEmpty)
                ? "; good records follow, up to offset \(last.end - 1)" : ""
            return "\(damage)\(follows)"
        }
        if end < knownEnd {
            return isMissing
                ? "\(directory) has no log, which reached offset \(knownEnd) at the last checkpoint"
                : "the log in \(directory) ends at offset \(end), where it reached \(knownEnd) at the last checkpoint"
        }
        if let newest = snapshots.last, end < newest.offset {
            // Nobody ever led here: the snapshot was put here to begin with.
            if isMissing, try QuorumState.read(directory) == nil { return nil }
            return isMissing
                ? "\(directory) has no log that goes on from \(newest.fileName)"
                : "the log in \(directory) ends at offset \(end), before \(newest.fileName)"
        }
        return nil
    }
}
