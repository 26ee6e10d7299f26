// SPDX-License-Identifier: Apache-2.0

/// Record 9 of `__cluster_metadata`: a topic is gone, with all of its partitions.
public struct RemoveTopicRecord: MetadataRecord {
    public static var recordType: Int16 { 9 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var topicID: KafkaUUID = .zero
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.uuid(&topicID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
