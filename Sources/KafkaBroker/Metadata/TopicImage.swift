// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// A topic, as the metadata log has it.
package struct TopicImage: Sendable, Equatable {
    package var name: String
    package var id: KafkaUUID
    /// By index.
    package var partitions: [PartitionImage] = []

    package init(name: String, id: KafkaUUID) {
        self.name = name
        self.id = id
    }

    package var isInternal: Bool { TopicName.isInternal(name) }
}

/// A partition, as the metadata log has it.
package struct PartitionImage: Sendable, Equatable {
    /// -1: there is none.
    package var leader: Int32 = -1
    package var leaderEpoch: Int32 = -1
    /// Counts the changes of the partition.
    package var partitionEpoch: Int32 = -1
    package var replicas: [Int32] = []
    package var isr: [Int32] = []
    package var adding: [Int32] = []
    package var removing: [Int32] = []
    /// The data directory of each replica; empty below metadata.version 3.7-IV2.
    package var directories: [KafkaUUID] = []
    /// KIP-966.
    package var eligibleLeaderReplicas: [Int32] = []
    package var lastKnownELR: [Int32] = []
    /// 1 while the leader recovers from an unclean election.
    package var leaderRecoveryState: Int8 = 0

    package init() {}
}
