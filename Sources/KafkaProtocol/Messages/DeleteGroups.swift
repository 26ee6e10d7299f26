// SPDX-License-Identifier: Apache-2.0

/// Deletes groups that have no members.
///
/// DeleteGroups (key 42), versions 0 to 3, flexible from 2; KIP-229.
public struct DeleteGroupsRequest: RequestMessage {
    public typealias Response = DeleteGroupsResponse
    public static var apiKey: APIKey { .deleteGroups }
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var flexibleSince: Int16? { 2 }

    public var groupsNames: [String] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&groupsNames)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `DeleteGroupsRequest`.
///
/// Version 3 adds `errorMessage`.
public struct DeleteGroupsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .deleteGroups }
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var results: [Group] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one group has been deleted.
    public struct Group: WireStructure {
        public var groupID: String = ""
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&groupID)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage, since: 3, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
