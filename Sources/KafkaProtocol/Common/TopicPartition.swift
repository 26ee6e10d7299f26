// SPDX-License-Identifier: Apache-2.0

/// One partition of a topic, and the name of its directory.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's index, from 0.
    public var partition: Int32

    /// Neither is checked.
    public init(_ topic: String, _ partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// `topic-partition`; also the directory's name.
    public var description: String { "\(topic)-\(partition)" }

    public static func < (left: Self, right: Self) -> Bool {
        left.topic == right.topic ? left.partition < right.partition : left.topic < right.topic
    }
}
