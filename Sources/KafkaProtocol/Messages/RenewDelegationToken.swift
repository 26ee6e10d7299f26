// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Renews a delegation token.
///
/// RenewDelegationToken (key 39), versions 1 to 2, flexible from 2; KIP-48.
public struct RenewDelegationTokenRequest: RequestMessage {
    public typealias Response = RenewDelegationTokenResponse
    public static var apiKey: APIKey { .renewDelegationToken }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 2 }

    public var hmac = ByteBuffer()
    public var renewPeriodMs: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.bytes(&hmac)
        try wire.int64(&renewPeriodMs)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `RenewDelegationTokenRequest`.
public struct RenewDelegationTokenResponse: ThrottledResponse {
    public static var apiKey: APIKey { .renewDelegationToken }
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
