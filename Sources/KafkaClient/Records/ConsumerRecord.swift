// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A record that was read, with bytes of its own.
public struct ConsumerRecord: Sendable, Hashable {
    /// Topic and partition that it was read from.
    public let topicPartition: TopicPartition
    /// Its place in the partition, from 0.
    public let offset: Int64
    /// Milliseconds since 1970, set by producer or broker as the topic's `message.timestamp.type` says; -1 for none.
    public let timestamp: Int64
    /// In the order in which they were sent.
    public let headers: [RecordHeader]
    /// What records of one kind have in common, and what the partition was chosen by; nil for none.
    public let key: RecordData?
    /// The content; nil deletes the key's records from a compacted topic.
    public let value: RecordData?

    /// The topic that it was read from.
    public var topic: String { topicPartition.topic }
    /// The partition that it was read from.
    public var partition: Int32 { topicPartition.partition }

    init(_ topicPartition: TopicPartition, _ record: RecordView) {
        self.topicPartition = topicPartition
        offset = record.offset
        timestamp = record.timestamp
        headers = record.headers.isEmpty ? [] : record.headers.map { RecordHeader($0) }
        key = record.key.map { RecordData($0) }
        value = record.value.map { RecordData($0) }
    }
}
