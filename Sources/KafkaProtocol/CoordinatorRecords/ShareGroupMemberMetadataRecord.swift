// SPDX-License-Identifier: Apache-2.0

/// Key 10 of `__consumer_offsets`: what a member subscribes to, and where it is (KIP-932).
public struct ShareGroupMemberMetadataKey: CoordinatorKey {
    public typealias Value = ShareGroupMemberMetadataValue
    public static var recordType: Int16 { 10 }
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

/// Value behind `ShareGroupMemberMetadataKey`; without one the key is deleted.
public struct ShareGroupMemberMetadataValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var rackID: String? = ""
    public var clientID: String = ""
    public var clientHost: String = ""
    public var subscribedTopicNames: [String] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&rackID)
        try wire.string(&clientID)
        try wire.string(&clientHost)
        try wire.strings(&subscribedTopicNames)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
