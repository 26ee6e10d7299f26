// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A request to commit offsets, within a transaction or without: the topics are the same, field by field.
protocol OffsetsToCommit {
    associatedtype Topic: TopicToCommit
    var groupID: String { get }
    var topics: [Topic] { get set }
}

protocol TopicToCommit {
    associatedtype Partition: OffsetToCommit
    /// Of versions that don't name topics by id.
    var name: String { get }
    var topicID: KafkaUUID { get }
    var partitions: [Partition] { get }
}

protocol OffsetToCommit {
    var partitionIndex: Int32 { get }
    var committedOffset: Int64 { get }
    var committedLeaderEpoch: Int32 { get }
    var committedMetadata: String? { get }
}

/// The answer to such a request.
protocol OffsetsCommitted {
    associatedtype Topic: TopicCommitted
    init()
    var topics: [Topic] { get set }
}

protocol TopicCommitted {
    associatedtype Partition: OffsetCommitted
    init()
    var name: String { get set }
    var topicID: KafkaUUID { get set }
    var partitions: [Partition] { get set }
}

protocol OffsetCommitted {
    init()
    var partitionIndex: Int32 { get set }
    var errorCode: ErrorCode { get set }
}

extension OffsetsCommitted {
    /// The answer to a request of which nothing was done.
    init(_ request: some OffsetsToCommit, failing error: ErrorCode) {
        self.init()
        topics = request.topics.map { requested in
            var topic = Topic()
            topic.name = requested.name
            topic.topicID = requested.topicID
            topic.partitions = requested.partitions.map { requested in
                var partition = Topic.Partition()
                partition.partitionIndex = requested.partitionIndex
                partition.errorCode = error
                return partition
            }
            return topic
        }
    }

    /// Marks every partition that was to be committed as failed.
    mutating func fail(_ error: ErrorCode) {
        for topic in topics.indices {
            for partition in topics[topic].partitions.indices
            where topics[topic].partitions[partition].errorCode == .none {
                topics[topic].partitions[partition].errorCode = error
            }
        }
    }
}

extension OffsetCommitRequest: OffsetsToCommit {}
extension OffsetCommitRequest.Topic: TopicToCommit {}
extension OffsetCommitRequest.Partition: OffsetToCommit {}
extension OffsetCommitResponse: OffsetsCommitted {}
extension OffsetCommitResponse.Topic: TopicCommitted {}
extension OffsetCommitResponse.Partition: OffsetCommitted {}

extension TxnOffsetCommitRequest: OffsetsToCommit {}
extension TxnOffsetCommitRequest.Topic: TopicToCommit {}
extension TxnOffsetCommitRequest.Partition: OffsetToCommit {}
extension TxnOffsetCommitResponse: OffsetsCommitted {}
extension TxnOffsetCommitResponse.Topic: TopicCommitted {}
extension TxnOffsetCommitResponse.Partition: OffsetCommitted {}
