// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// What the leader of a classic consumer group assigns to a member, after a 16-bit version.
public struct ConsumerProtocolAssignment: Message {
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var flexibleSince: Int16? { nil }

    public var assignedPartitions: [TopicPartition] = []
    public var userData: ByteBuffer? = nil

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&assignedPartitions)
        try wire.nullableBytes(&userData)
    }

    /// Partitions of one topic that the member gets.
    public struct TopicPartition: WireStructure {
        public var topic: String = ""
        public var partitions: [Int32] = []

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic)
            try wire.int32s(&partitions)
        }
    }
}
