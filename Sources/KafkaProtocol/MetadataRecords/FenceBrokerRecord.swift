// SPDX-License-Identifier: Apache-2.0

/// Record 7 of `__cluster_metadata`: a broker may lead nothing for now, as its session has ended.
public struct FenceBrokerRecord: MetadataRecord {
    public static var recordType: Int16 { 7 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var id: Int32 = 0
    public var epoch: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&id)
        try wire.int64(&epoch)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
