// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Joins a group of the classic protocol, and waits for the others.
///
/// JoinGroup (key 11), versions 0 to 9, flexible from 6; KIP-62, KIP-345, KIP-394, KIP-559, KIP-800, KIP-814.
///
/// Version 1 adds `rebalanceTimeoutMs`; version 5 adds `groupInstanceID`; version 8 adds `reason`.
public struct JoinGroupRequest: RequestMessage {
    public typealias Response = JoinGroupResponse
    public static var apiKey: APIKey { .joinGroup }
    public static var versions: ClosedRange<Int16> { 0...9 }
    public static var flexibleSince: Int16? { 6 }

    public var groupID: String = ""
    public var sessionTimeoutMs: Int32 = 0
    public var rebalanceTimeoutMs: Int32 = -1
    public var memberID: String = ""
    public var groupInstanceID: String? = nil
    public var protocolType: String = ""
    public var protocols: [SupportedProtocol] = []
    public var reason: String? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.int32(&sessionTimeoutMs)
        try wire.int32(&rebalanceTimeoutMs, since: 1, ignorable: true)
        try wire.string(&memberID)
        try wire.nullableString(&groupInstanceID, since: 5)
        try wire.string(&protocolType)
        try wire.array(&protocols)
        try wire.nullableString(&reason, since: 8, ignorable: true)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// An assignor that the member knows, with its subscription for it.
    public struct SupportedProtocol: WireStructure {
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

/// Answers `JoinGroupRequest`.
///
/// Version 2 adds `throttleTimeMs`; version 5 adds `groupInstanceID`; version 7 adds `protocolType`; version 9 adds
/// `skipAssignment`.
public struct JoinGroupResponse: ThrottledResponse {
    public static var apiKey: APIKey { .joinGroup }
    public static var versions: ClosedRange<Int16> { 0...9 }
    public static var flexibleSince: Int16? { 6 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var generationID: Int32 = -1
    public var protocolType: String? = nil
    public var protocolName: String? = ""
    public var leader: String = ""
    public var skipAssignment: Bool = false
    public var memberID: String = ""
    public var members: [Member] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 2, ignorable: true)
        try wire.errorCode(&errorCode)
        try wire.int32(&generationID)
        try wire.nullableString(&protocolType, since: 7, ignorable: true)
        try wire.nullableString(&protocolName, nullable: 7)
        try wire.string(&leader)
        try wire.bool(&skipAssignment, since: 9)
        try wire.string(&memberID)
        try wire.array(&members)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A member's subscription, for the leader who shares out the partitions.
    public struct Member: WireStructure {
        public var memberID: String = ""
        public var groupInstanceID: String? = nil
        public var metadata = ByteBuffer()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID)
            try wire.nullableString(&groupInstanceID, since: 5, ignorable: true)
            try wire.bytes(&metadata)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
