// SPDX-License-Identifier: Apache-2.0

/// Record 4 of `__cluster_metadata`: the value of a configuration of a topic, broker or the like; nil deletes it.
public struct ConfigRecord: MetadataRecord {
    public static var recordType: Int16 { 4 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var resourceType: Int8 = 0
    public var resourceName: String = ""
    public var name: String = ""
    public var value: String? = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int8(&resourceType)
        try wire.string(&resourceName)
        try wire.string(&name)
        try wire.nullableString(&value)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
