// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    private var metadataPath: String { PartitionDirectory.metadataPath(directory) }

    /// Reads the topic's id from partition.metadata, or writes it there. Makes the directory if it is missing.
    mutating func loadTopicID(_ expected: KafkaUUID?, _ durability: Durability) throws(LogError) {
        topicID = try PartitionDirectory.topicID(in: directory)
        if topicID == nil { try FileSystem.makeDirectory(directory) }
        if let expected { try assign(expected, durability) }
    }

    mutating func assign(_ id: KafkaUUID, _ durability: Durability) throws(LogError) {
        if let topicID, topicID != id {
            throw LogError(
                .inconsistentTopicID,
                "Tried to assign topic ID \(id) to log for topic partition \(topicPartition), "
                    + "but log already contained topic ID \(topicID)")
        }
        if topicID == nil {
            try FileSystem.replace(
                metadataPath, with: Array(PartitionDirectory.text(id).utf8), durability: durability)
            topicID = id
        }
    }
}
