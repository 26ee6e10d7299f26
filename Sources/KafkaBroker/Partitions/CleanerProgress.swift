// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Up to where logs are compacted, and which can't be: what `cleaner-offset-checkpoint` says and what it doesn't.
struct CleanerProgress: Sendable {
    private let directory: LogDirectory
    private var offsets: [TopicPartition: Int64]
    /// A topic that was deleted and made again begins anew.
    private var topics: [TopicPartition: KafkaUUID] = [:]
    private var uncleanable: Set<TopicPartition> = []

    /// Where the file is damaged, logs are cleaned from their beginning.
    init(_ directory: LogDirectory) throws(LogError) {
        self.directory = directory
        do throws(LogError) { offsets = try directory.readCheckpoint(.cleaner) } catch  where error.systemError == nil {
            offsets = [:]
        }
    }

    func checkpoint(of partition: Partition) -> Int64? { offsets[partition.topicPartition] }

    func isUncleanable(_ partition: Partition) -> Bool { uncleanable.contains(partition.topicPartition) }

    mutating func note(_ offset: Int64, of partition: Partition) { offsets[partition.topicPartition] = offset }

    mutating func markUncleanable(_ partition: Partition) { uncleanable.insert(partition.topicPartition) }

    /// Forgets partitions that are gone.
    mutating func forget(except partitions: [Partition]) {
        let current = Dictionary(partitions.map { ($0.topicPartition, $0.topicID) }) { first, _ in first }
        for name in Set(offsets.keys).union(uncleanable)
        where current[name] == nil || topics[name] ?? current[name] != current[name] {
            offsets[name] = nil
            uncleanable.remove(name)
        }
        topics = current
    }

    func write() throws(LogError) { try directory.writeCheckpoint(.cleaner, offsets) }
}
