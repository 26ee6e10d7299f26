// SPDX-License-Identifier: Apache-2.0

/// Lets a controller vote no more.
///
/// RemoveRaftVoter (key 81), versions 0, flexible from 0; KIP-853.
public struct RemoveRaftVoterRequest: RequestMessage {
    public typealias Response = RemoveRaftVoterResponse
    public static var apiKey: APIKey { .removeRaftVoter }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var clusterID: String? = ""
    public var voterID: Int32 = 0
    public var voterDirectoryID: KafkaUUID = .zero
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&clusterID)
        try wire.int32(&voterID)
        try wire.uuid(&voterDirectoryID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `RemoveRaftVoterRequest`.
public struct RemoveRaftVoterResponse: ThrottledResponse {
    public static var apiKey: APIKey { .removeRaftVoter }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
