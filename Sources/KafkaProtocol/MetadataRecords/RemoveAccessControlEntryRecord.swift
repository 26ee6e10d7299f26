// SPDX-License-Identifier: Apache-2.0

/// Record 19 of `__cluster_metadata`: an entry of an access control list is gone.
public struct RemoveAccessControlEntryRecord: MetadataRecord {
    public static var recordType: Int16 { 19 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var id: KafkaUUID = .zero
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.uuid(&id)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
