// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Partitions in the data directory that the metadata doesn't know. Those of deleted topics are left over; any other
/// says that the metadata is older than the data, and to serve without it would be to lose it.
struct UnknownPartitions {
    private let found: [PartitionDirectory]
    private let removed: RemovedTopics

    init(_ partitions: [PartitionDirectory], _ image: MetadataImage, _ removed: RemovedTopics) {
        self.removed = removed
        found = partitions.filter { partition in
            let name = partition.topicPartition
            return partition.kind == .current && name.topic != MetadataStore.topicName
                && image.partition(name.topic, name.partition) == nil
        }
    }

    /// Those that the metadata should know.
    func lost() throws(LogError) -> [PartitionDirectory] {
        var lost: [PartitionDirectory] = []
        for partition in found where try !isLeftOver(partition) { lost.append(partition) }
        return lost
    }

    func check() throws(LogError) {
        let lost = try lost()
        guard let first = lost.first else { return }
        let others = lost.count > 1 ? " nor \(lost.count - 1) more partitions" : ""
        throw LogError(
            .kafkaStorageError,
            "the metadata knows neither \(first.path)\(others), nor that the topic was deleted: it is not the metadata "
                + "that this data was written with. \(StorageAdvice.text(first.path))")
    }

    /// An empty directory says nothing, one with an id says of which topic it is.
    private func isLeftOver(_ partition: PartitionDirectory) throws(LogError) -> Bool {
        if let id = try? PartitionDirectory.topicID(in: partition.path) { return removed.contains(id) }
        return try partition.byteCount() == 0
    }

    /// Whether a partition may be put aside for another of its name: its topic was deleted, or it has no records.
    static func mayGiveWay(_ partition: PartitionDirectory, _ removed: RemovedTopics) throws(LogError) -> Bool {
        if try partition.byteCount() == 0 { return true }
        guard let id = try PartitionDirectory.topicID(in: partition.path) else { return false }
        return removed.contains(id)
    }

    /// The refusal of a partition whose file names another topic that nobody ever deleted.
    static func otherTopic(_ path: String, _ id: KafkaUUID) -> LogError {
        LogError(
            .kafkaStorageError,
            "\(PartitionDirectory.metadataPath(path)) names another topic than the metadata, \(id), and none that was "
                + "deleted: the file is damaged, or the directory was put there. kafka storage repair --data-dir "
                + "\(FileSystem.parent(of: path)) takes the records for that topic's; else move the directory away")
    }
}
