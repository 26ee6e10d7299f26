// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A topic as a producer writes to it: a handle, so that no record looks up a name.
public final class ProducerTopic: Sendable {
    public let name: String
    public let topicID: KafkaUUID
    public let partitionCount: Int32
    /// The topic's place in the producer's table.
    let index: Int
    /// The producer that the handle belongs to.
    let owner: ObjectIdentifier

    init(_ metadata: TopicMetadata, index: Int, owner: ObjectIdentifier) {
        name = metadata.name
        topicID = metadata.topicID
        partitionCount = Int32(metadata.partitions.count)
        self.index = index
        self.owner = owner
    }
}
