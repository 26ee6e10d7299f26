// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    private var metadataPath: String { "\(directory)/partition.metadata" }

    /// Reads the topic's id from partition.metadata, or writes it there.
    mutating func loadTopicID(_ expected: KafkaUUID?, durable: Bool) throws(LogError) {
        topicID = try readTopicID()
        if let expected { try assign(expected, durable: durable) }
    }

    mutating func assign(_ id: KafkaUUID, durable: Bool) throws(LogError) {
        if let topicID, topicID != id {
            throw LogError(
                .inconsistentTopicID,
                "Tried to assign topic ID \(id) to log for topic partition \(topicPartition), "
                    + "but log already contained topic ID \(topicID)")
        }
        if topicID == nil {
            let text = "version: 0\ntopic_id: \(id)"
            try FileSystem.replace(metadataPath, with: Array(text.utf8), sync: durable)
            topicID = id
        }
    }

    private func readTopicID() throws(LogError) -> KafkaUUID? {
        guard let bytes = try FileSystem.contents(metadataPath), !bytes.isEmpty else { return nil }
        var fields: [Substring: Substring] = [:]
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        guard fields["version:"] == "0", let id = fields["topic_id:"].flatMap({ KafkaUUID(String($0)) }) else {
            throw LogError(.kafkaStorageError, "\(metadataPath) is damaged")
        }
        return id
    }
}
