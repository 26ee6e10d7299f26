// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Carries the messages of a login.
///
/// SaslAuthenticate (key 36), versions 0 to 2, flexible from 2; KIP-152, KIP-368.
public struct SaslAuthenticateRequest: RequestMessage {
    public typealias Response = SaslAuthenticateResponse
    public static var apiKey: APIKey { .saslAuthenticate }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var authBytes = ByteBuffer()
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.bytes(&authBytes)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `SaslAuthenticateRequest`.
///
/// Version 1 adds `sessionLifetimeMs`.
public struct SaslAuthenticateResponse: ResponseMessage {
    public static var apiKey: APIKey { .saslAuthenticate }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var authBytes = ByteBuffer()
    public var sessionLifetimeMs: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.bytes(&authBytes)
        try wire.int64(&sessionLifetimeMs, since: 1, ignorable: true)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
