// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Ends a delegation token.
///
/// ExpireDelegationToken (key 40), versions 1 to 2, flexible from 2; KIP-48.
public struct ExpireDelegationTokenRequest: RequestMessage {
    public typealias Response = ExpireDelegationTokenResponse
    public static var apiKey: APIKey { .expireDelegationToken }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 2 }

    public var hmac = ByteBuffer()
    public var expiryTimePeriodMs: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.bytes(&hmac)
        try wire.int64(&expiryTimePeriodMs)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `ExpireDelegationTokenRequest`.
public struct ExpireDelegationTokenResponse: ThrottledResponse {
    public static var apiKey: APIKey { .expireDelegationToken }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 2 }

    public var errorCode: ErrorCode = .none
    public var expiryTimestampMs: Int64 = 0
    public var throttleTimeMs: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.int64(&expiryTimestampMs)
        try wire.int32(&throttleTimeMs)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
