// SPDX-License-Identifier: Apache-2.0

/// Tells the coordinator that a member of a classic group is alive.
///
/// Heartbeat (key 12), versions 0 to 4, flexible from 4; KIP-345.
///
/// Version 3 adds `groupInstanceID`.
public struct HeartbeatRequest: RequestMessage {
    public typealias Response = HeartbeatResponse
    public static var apiKey: APIKey { .heartbeat }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var flexibleSince: Int16? { 4 }

    public var groupID: String = ""
    public var generationID: Int32 = 0
    public var memberID: String = ""
    public var groupInstanceID: String? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.int32(&generationID)
        try wire.string(&memberID)
        try wire.nullableString(&groupInstanceID, since: 3)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `HeartbeatRequest`.
///
/// Version 1 adds `throttleTimeMs`.
public struct HeartbeatResponse: ThrottledResponse {
    public static var apiKey: APIKey { .heartbeat }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var flexibleSince: Int16? { 4 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 1, ignorable: true)
        try wire.errorCode(&errorCode)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
