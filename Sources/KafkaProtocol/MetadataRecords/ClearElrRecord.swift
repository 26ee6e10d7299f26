// SPDX-License-Identifier: Apache-2.0

/// Record 28 of `__cluster_metadata`: a topic, or all of them, no longer has eligible leader replicas (KIP-966).
public struct ClearElrRecord: MetadataRecord {
    public static var recordType: Int16 { 28 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var topicName: String = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&topicName)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
