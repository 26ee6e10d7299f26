// SPDX-License-Identifier: Apache-2.0

/// Leaves a classic group.
///
/// LeaveGroup (key 13), versions 0 to 5, flexible from 4; KIP-345, KIP-800.
///
/// Version 3 adds `members` and drops `memberID`; version 5 adds `reason`.
public struct LeaveGroupRequest: RequestMessage {
    public typealias Response = LeaveGroupResponse
    public static var apiKey: APIKey { .leaveGroup }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 4 }

    public var groupID: String = ""
    public var memberID: String = ""
    public var members: [MemberIdentity] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.string(&memberID, until: 2)
        try wire.array(&members, since: 3)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A member that leaves: by its id, or by the name of its instance (KIP-345).
    public struct MemberIdentity: WireStructure {
        public var memberID: String = ""
        public var groupInstanceID: String? = nil
        public var reason: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID, since: 3)
            try wire.nullableString(&groupInstanceID, since: 3)
            try wire.nullableString(&reason, since: 5, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `LeaveGroupRequest`.
///
/// Version 1 adds `throttleTimeMs`; version 3 adds `members`.
public struct LeaveGroupResponse: ThrottledResponse {
    public static var apiKey: APIKey { .leaveGroup }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 4 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var members: [MemberResponse] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 1, ignorable: true)
        try wire.errorCode(&errorCode)
        try wire.array(&members, since: 3)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one member has left.
    public struct MemberResponse: WireStructure {
        public var memberID: String = ""
        public var groupInstanceID: String? = ""
        public var errorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID, since: 3)
            try wire.nullableString(&groupInstanceID, since: 3)
            try wire.errorCode(&errorCode, since: 3)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
