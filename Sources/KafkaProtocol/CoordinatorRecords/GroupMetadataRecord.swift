// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Key 2 of `__consumer_offsets`: a group of the classic protocol, with its members.
public struct GroupMetadataKey: CoordinatorKey {
    public typealias Value = GroupMetadataValue
    public static var recordType: Int16 { 2 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var group: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&group)
    }
}

/// Value behind `GroupMetadataKey`; without one the key is deleted.
///
/// Version 1 adds `rebalanceTimeout`; version 2 adds `currentStateTimestamp`; version 3 adds `groupInstanceID`.
public struct GroupMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var flexibleSince: Int16? { 4 }

    public var protocolType: String = ""
    public var generation: Int32 = 0
    public var `protocol`: String? = ""
    public var leader: String? = ""
    public var currentStateTimestamp: Int64 = -1
    public var members: [MemberMetadata] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&protocolType)
        try wire.int32(&generation)
        try wire.nullableString(&`protocol`)
        try wire.nullableString(&leader)
        try wire.int64(&currentStateTimestamp, since: 2, ignorable: true)
        try wire.array(&members)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A member of the group when it was stored.
    public struct MemberMetadata: WireStructure {
        public var memberID: String = ""
        public var groupInstanceID: String? = nil
        public var clientID: String = ""
        public var clientHost: String = ""
        public var rebalanceTimeout: Int32 = -1
        public var sessionTimeout: Int32 = 0
        public var subscription = ByteBuffer()
        public var assignment = ByteBuffer()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID)
            try wire.nullableString(&groupInstanceID, since: 3, ignorable: true)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.int32(&rebalanceTimeout, since: 1, ignorable: true)
            try wire.int32(&sessionTimeout)
            try wire.bytes(&subscription)
            try wire.bytes(&assignment)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
