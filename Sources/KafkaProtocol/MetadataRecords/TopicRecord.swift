// SPDX-License-Identifier: Apache-2.0

/// Record 2 of `__cluster_metadata`: a topic's name and id; its partitions follow.
public struct TopicRecord: MetadataRecord {
    public static var recordType: Int16 { 2 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var name: String = ""
    public var topicID: KafkaUUID = .zero
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&name)
        try wire.uuid(&topicID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
