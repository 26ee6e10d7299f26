// SPDX-License-Identifier: Apache-2.0

/// Key 3 of `__consumer_offsets`: the epoch of a group (KIP-848).
public struct ConsumerGroupMetadataKey: CoordinatorKey {
    public typealias Value = ConsumerGroupMetadataValue
    public static var recordType: Int16 { 3 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
    }
}

/// Value behind `ConsumerGroupMetadataKey`; without one the key is deleted.
public struct ConsumerGroupMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var epoch: Int32 = 0
    public var metadataHash: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&epoch)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: metadataHash == 0) { (wire) throws(WireError) in
                try wire.int64(&metadataHash)
            }
        }
    }
}
