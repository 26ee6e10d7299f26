// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// How far a partition has been copied: what stood before `source` there stands before `destination` here. It is a
/// committed offset of a group at the destination, whose metadata has what the offset alone does not tell.
struct CopyCheckpoint: Sendable, Equatable {
    var source: Int64
    var destination: Int64
    /// Of the source: another topic of the same name is another topic.
    var topicID: KafkaUUID

    private static let mark = "kafka-cp"

    init(source: Int64, destination: Int64, topicID: KafkaUUID) {
        self.source = source
        self.destination = destination
        self.topicID = topicID
    }

    /// Nil for an offset that no copy has committed.
    init?(_ offset: CommittedOffset) {
        let words = offset.metadata.split(separator: " ")
        guard words.count == 3, words[0] == Self.mark, let destination = Int64(words[1]), destination >= 0,
            let topicID = KafkaUUID(String(words[2])), offset.offset >= 0
        else { return nil }
        self.init(source: offset.offset, destination: destination, topicID: topicID)
    }

    var offset: CommittedOffset {
        CommittedOffset(source, metadata: "\(Self.mark) \(destination) \(topicID)")
    }
}
