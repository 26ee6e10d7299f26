// SPDX-License-Identifier: Apache-2.0

/// Lists the groups that a broker coordinates.
///
/// ListGroups (key 16), versions 0 to 5, flexible from 3; KIP-518, KIP-848.
///
/// Version 4 adds `statesFilter`; version 5 adds `typesFilter`.
public struct ListGroupsRequest: RequestMessage {
    public typealias Response = ListGroupsResponse
    public static var apiKey: APIKey { .listGroups }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var statesFilter: [String] = []
    public var typesFilter: [String] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&statesFilter, since: 4)
        try wire.strings(&typesFilter, since: 5)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `ListGroupsRequest`.
///
/// Version 1 adds `throttleTimeMs`; version 4 adds `groupState`; version 5 adds `groupType`.
public struct ListGroupsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .listGroups }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var groups: [Group] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 1, ignorable: true)
        try wire.errorCode(&errorCode)
        try wire.array(&groups)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A group that the broker coordinates.
    public struct Group: WireStructure {
        public var groupID: String = ""
        public var protocolType: String = ""
        public var groupState: String = ""
        public var groupType: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&groupID)
            try wire.string(&protocolType)
            try wire.string(&groupState, since: 4, ignorable: true)
            try wire.string(&groupType, since: 5, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
