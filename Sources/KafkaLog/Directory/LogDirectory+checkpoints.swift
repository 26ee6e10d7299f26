// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// The offsets that a log directory keeps for each of its partitions.
public enum CheckpointKind: String, Sendable, CaseIterable {
    /// Everything below is on disk; recovery starts here.
    case recoveryPoint = "recovery-point-offset-checkpoint"
    /// Records below were deleted, though their segment may still be there.
    case logStartOffset = "log-start-offset-checkpoint"
    /// Up to where each partition's records may be seen by consumers.
    case highWatermark = "replication-offset-checkpoint"
    /// The log is compacted below.
    case cleaner = "cleaner-offset-checkpoint"
}

extension LogDirectory {
    /// The offsets of a checkpoint file; empty when there is none.
    public func readCheckpoint(_ kind: CheckpointKind) throws(LogError) -> [TopicPartition: Int64] {
        let path = "\(path)/\(kind.rawValue)"
        var offsets: [TopicPartition: Int64] = [:]
        for words in try CheckpointFile.read(path, columns: 3) ?? [] {
            guard let partition = Int32(words[1]), let offset = Int64(words[2]), partition >= 0, offset >= 0 else {
                throw LogError(.kafkaStorageError, "\(path) is damaged: malformed line for topic \(words[0])")
            }
            offsets[TopicPartition(String(words[0]), partition)] = offset
        }
        return offsets
    }

    /// Replaces a checkpoint file as a whole.
    public func writeCheckpoint(
        _ kind: CheckpointKind, _ offsets: [TopicPartition: Int64],
        _ durability: Durability = .contentsAndName
    ) throws(LogError) {
        let lines = offsets.sorted { $0.key < $1.key }.map { "\($0.key.topic) \($0.key.partition) \($0.value)" }
        try CheckpointFile.write("\(path)/\(kind.rawValue)", lines, durability: durability)
    }
}
