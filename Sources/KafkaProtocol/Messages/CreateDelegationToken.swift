// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Gives a delegation token.
///
/// CreateDelegationToken (key 38), versions 1 to 3, flexible from 2; KIP-48, KIP-373.
///
/// Version 3 adds `ownerPrincipalType`, `ownerPrincipalName`.
public struct CreateDelegationTokenRequest: RequestMessage {
    public typealias Response = CreateDelegationTokenResponse
    public static var apiKey: APIKey { .createDelegationToken }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var ownerPrincipalType: String? = ""
    public var ownerPrincipalName: String? = ""
    public var renewers: [CreatableRenewers] = []
    public var maxLifetimeMs: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&ownerPrincipalType, since: 3, default: "")
        try wire.nullableString(&ownerPrincipalName, since: 3, default: "")
        try wire.array(&renewers)
        try wire.int64(&maxLifetimeMs)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Who may renew the token besides its owner.
    public struct CreatableRenewers: WireStructure {
        public var principalType: String = ""
        public var principalName: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&principalType)
            try wire.string(&principalName)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `CreateDelegationTokenRequest`.
///
/// Version 3 adds `tokenRequesterPrincipalType`, `tokenRequesterPrincipalName`.
public struct CreateDelegationTokenResponse: ThrottledResponse {
    public static var apiKey: APIKey { .createDelegationToken }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var errorCode: ErrorCode = .none
    public var principalType: String = ""
    public var principalName: String = ""
    public var tokenRequesterPrincipalType: String = ""
    public var tokenRequesterPrincipalName: String = ""
    public var issueTimestampMs: Int64 = 0
    public var expiryTimestampMs: Int64 = 0
    public var maxTimestampMs: Int64 = 0
    public var tokenID: String = ""
    public var hmac = ByteBuffer()
    public var throttleTimeMs: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.string(&principalType)
        try wire.string(&principalName)
        try wire.string(&tokenRequesterPrincipalType, since: 3)
        try wire.string(&tokenRequesterPrincipalName, since: 3)
        try wire.int64(&issueTimestampMs)
        try wire.int64(&expiryTimestampMs)
        try wire.int64(&maxTimestampMs)
        try wire.string(&tokenID)
        try wire.bytes(&hmac)
        try wire.int32(&throttleTimeMs)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
