// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// What a member of a classic consumer group wants, after a 16-bit version.
///
/// Version 1 adds `ownedPartitions`; version 2 adds `generationID`; version 3 adds `rackID`.
public struct ConsumerProtocolSubscription: Message {
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var flexibleSince: Int16? { nil }

    public var topics: [String] = []
    public var userData: ByteBuffer? = nil
    public var ownedPartitions: [TopicPartition] = []
    public var generationID: Int32 = -1
    public var rackID: String? = nil

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&topics)
        try wire.nullableBytes(&userData)
        try wire.array(&ownedPartitions, since: 1, ignorable: true)
        try wire.int32(&generationID, since: 2, ignorable: true)
        try wire.nullableString(&rackID, since: 3, ignorable: true)
    }

    /// Partitions of one topic that the member has had until now (KIP-429).
    public struct TopicPartition: WireStructure {
        public var topic: String = ""
        public var partitions: [Int32] = []

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic, since: 1)
            try wire.int32s(&partitions, since: 1)
        }
    }
}
