// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Brings the leader's assignment, and waits for it.
///
/// SyncGroup (key 14), versions 0 to 5, flexible from 4; KIP-345, KIP-559.
///
/// Version 3 adds `groupInstanceID`; version 5 adds `protocolType`, `protocolName`.
public struct SyncGroupRequest: RequestMessage {
    public typealias Response = SyncGroupResponse
    public static var apiKey: APIKey { .syncGroup }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 4 }

    public var groupID: String = ""
    public var generationID: Int32 = 0
    public var memberID: String = ""
    public var groupInstanceID: String? = nil
    public var protocolType: String? = nil
    public var protocolName: String? = nil
    public var assignments: [Assignment] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.int32(&generationID)
        try wire.string(&memberID)
        try wire.nullableString(&groupInstanceID, since: 3)
        try wire.nullableString(&protocolType, since: 5, ignorable: true)
        try wire.nullableString(&protocolName, since: 5, ignorable: true)
        try wire.array(&assignments)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What one member gets; from the group's leader.
    public struct Assignment: WireStructure {
        public var memberID: String = ""
        public var assignment = ByteBuffer()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID)
            try wire.bytes(&assignment)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `SyncGroupRequest`.
///
/// Version 1 adds `throttleTimeMs`; version 5 adds `protocolType`, `protocolName`.
public struct SyncGroupResponse: ThrottledResponse {
    public static var apiKey: APIKey { .syncGroup }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 4 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var protocolType: String? = nil
    public var protocolName: String? = nil
    public var assignment = ByteBuffer()
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 1, ignorable: true)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&protocolType, since: 5, ignorable: true)
        try wire.nullableString(&protocolName, since: 5, ignorable: true)
        try wire.bytes(&assignment)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
