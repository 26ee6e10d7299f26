// SPDX-License-Identifier: Apache-2.0

/// Record 12 of `__cluster_metadata`: the level of a feature, such as `metadata.version`; 0 switches it off (KIP-584).
public struct FeatureLevelRecord: MetadataRecord {
    public static var recordType: Int16 { 12 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var name: String = ""
    public var featureLevel: Int16 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&name)
        try wire.int16(&featureLevel)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
