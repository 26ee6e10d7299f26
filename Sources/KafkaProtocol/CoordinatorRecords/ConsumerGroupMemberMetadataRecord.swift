// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Key 5 of `__consumer_offsets`: what a member subscribes to, and where it is (KIP-848).
public struct ConsumerGroupMemberMetadataKey: CoordinatorKey {
    public typealias Value = ConsumerGroupMemberMetadataValue
    public static var recordType: Int16 { 5 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""
    public var memberID: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.string(&memberID)
    }
}

/// Value behind `ConsumerGroupMemberMetadataKey`; without one the key is deleted.
public struct ConsumerGroupMemberMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var instanceID: String? = ""
    public var rackID: String? = ""
    public var clientID: String = ""
    public var clientHost: String = ""
    public var subscribedTopicNames: [String] = []
    public var subscribedTopicRegex: String? = ""
    public var rebalanceTimeoutMs: Int32 = -1
    public var serverAssignor: String? = ""
    public var classicMemberMetadata: ClassicMemberMetadata? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&instanceID)
        try wire.nullableString(&rackID)
        try wire.string(&clientID)
        try wire.string(&clientHost)
        try wire.strings(&subscribedTopicNames)
        try wire.nullableString(&subscribedTopicRegex)
        try wire.int32(&rebalanceTimeoutMs)
        try wire.nullableString(&serverAssignor)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, isDefault: false) { (wire) throws(WireError) in
                try wire.taggedNullableStructure(&classicMemberMetadata)
            }
        }
    }

    /// What is known of a member that speaks the classic protocol still (KIP-848).
    public struct ClassicMemberMetadata: WireStructure {
        public var sessionTimeoutMs: Int32 = 0
        public var supportedProtocols: [ClassicProtocol] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&sessionTimeoutMs)
            try wire.array(&supportedProtocols)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// An assignor that such a member knows, with its subscription for it.
    public struct ClassicProtocol: WireStructure {
        public var name: String = ""
        public var metadata = ByteBuffer()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.bytes(&metadata)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
