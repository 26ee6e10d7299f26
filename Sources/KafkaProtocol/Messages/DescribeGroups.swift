// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Tells state and members of classic groups.
///
/// DescribeGroups (key 15), versions 0 to 6, flexible from 5; KIP-345, KIP-430.
///
/// Version 3 adds `includeAuthorizedOperations`.
public struct DescribeGroupsRequest: RequestMessage {
    public typealias Response = DescribeGroupsResponse
    public static var apiKey: APIKey { .describeGroups }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 5 }

    public var groups: [String] = []
    public var includeAuthorizedOperations: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&groups)
        try wire.bool(&includeAuthorizedOperations, since: 3)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `DescribeGroupsRequest`.
///
/// Version 1 adds `throttleTimeMs`; version 3 adds `authorizedOperations`; version 4 adds `groupInstanceID`;
/// version 6 adds `errorMessage`.
public struct DescribeGroupsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeGroups }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 5 }

    public var throttleTimeMs: Int32 = 0
    public var groups: [Group] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 1, ignorable: true)
        try wire.array(&groups)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A group of the classic protocol, with its state.
    public struct Group: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var groupID: String = ""
        public var groupState: String = ""
        public var protocolType: String = ""
        public var protocolData: String = ""
        public var members: [Member] = []
        public var authorizedOperations: Int32 = .min
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage, since: 6)
            try wire.string(&groupID)
            try wire.string(&groupState)
            try wire.string(&protocolType)
            try wire.string(&protocolData)
            try wire.array(&members)
            try wire.int32(&authorizedOperations, since: 3, default: .min)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A member, with its subscription and assignment as the group's protocol encodes them.
    public struct Member: WireStructure {
        public var memberID: String = ""
        public var groupInstanceID: String? = nil
        public var clientID: String = ""
        public var clientHost: String = ""
        public var memberMetadata = ByteBuffer()
        public var memberAssignment = ByteBuffer()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID)
            try wire.nullableString(&groupInstanceID, since: 4, ignorable: true)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.bytes(&memberMetadata)
            try wire.bytes(&memberAssignment)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
