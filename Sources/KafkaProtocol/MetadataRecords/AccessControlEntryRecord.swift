// SPDX-License-Identifier: Apache-2.0

/// Record 18 of `__cluster_metadata`: who may or may not do something; one entry of an access control list.
public struct AccessControlEntryRecord: MetadataRecord {
    public static var recordType: Int16 { 18 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var id: KafkaUUID = .zero
    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var patternType: Int8 = 0
    public var principal: String = ""
    public var host: String = ""
    public var operation: Int8 = 0
    public var permissionType: Int8 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.uuid(&id)
        try wire.int8(&resourceType)
        try wire.string(&resourceName)
        try wire.int8(&patternType)
        try wire.string(&principal)
        try wire.string(&host)
        try wire.int8(&operation)
        try wire.int8(&permissionType)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
