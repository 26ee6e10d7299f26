// SPDX-License-Identifier: Apache-2.0

/// Key 11 of `__consumer_offsets`: the epoch of a share group (KIP-932).
public struct ShareGroupMetadataKey: CoordinatorKey {
    public typealias Value = ShareGroupMetadataValue
    public static var recordType: Int16 { 11 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
    }
}

/// Value behind `ShareGroupMetadataKey`; without one the key is deleted.
public struct ShareGroupMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var epoch: Int32 = 0
    public var metadataHash: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&epoch)
        try wire.int64(&metadataHash)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
