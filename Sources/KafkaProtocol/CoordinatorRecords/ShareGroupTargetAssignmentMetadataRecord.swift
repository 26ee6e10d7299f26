// SPDX-License-Identifier: Apache-2.0

/// Key 12 of `__consumer_offsets`: the epoch that the members' targets were computed for (KIP-932).
public struct ShareGroupTargetAssignmentMetadataKey: CoordinatorKey {
    public typealias Value = ShareGroupTargetAssignmentMetadataValue
    public static var recordType: Int16 { 12 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
    }
}

/// Value behind `ShareGroupTargetAssignmentMetadataKey`; without one the key is deleted.
public struct ShareGroupTargetAssignmentMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var assignmentEpoch: Int32 = 0
    public var assignmentTimestamp: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&assignmentEpoch)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: assignmentTimestamp == 0) { (wire) throws(WireError) in
                try wire.int64(&assignmentTimestamp)
            }
        }
    }
}
