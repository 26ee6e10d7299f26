// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Lists delegation tokens.
///
/// DescribeDelegationToken (key 41), versions 1 to 3, flexible from 2; KIP-48, KIP-373.
public struct DescribeDelegationTokenRequest: RequestMessage {
    public typealias Response = DescribeDelegationTokenResponse
    public static var apiKey: APIKey { .describeDelegationToken }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var owners: [Owner]? = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableArray(&owners)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whose tokens are wanted.
    public struct Owner: WireStructure {
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

/// Answers `DescribeDelegationTokenRequest`.
///
/// Version 3 adds `tokenRequesterPrincipalType`, `tokenRequesterPrincipalName`.
public struct DescribeDelegationTokenResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeDelegationToken }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var errorCode: ErrorCode = .none
    public var tokens: [DescribedDelegationToken] = []
    public var throttleTimeMs: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.array(&tokens)
        try wire.int32(&throttleTimeMs)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A token, with its times and the key to check it.
    public struct DescribedDelegationToken: WireStructure {
        public var principalType: String = ""
        public var principalName: String = ""
        public var tokenRequesterPrincipalType: String = ""
        public var tokenRequesterPrincipalName: String = ""
        public var issueTimestamp: Int64 = 0
        public var expiryTimestamp: Int64 = 0
        public var maxTimestamp: Int64 = 0
        public var tokenID: String = ""
        public var hmac = ByteBuffer()
        public var renewers: [DescribedDelegationTokenRenewer] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&principalType)
            try wire.string(&principalName)
            try wire.string(&tokenRequesterPrincipalType, since: 3)
            try wire.string(&tokenRequesterPrincipalName, since: 3)
            try wire.int64(&issueTimestamp)
            try wire.int64(&expiryTimestamp)
            try wire.int64(&maxTimestamp)
            try wire.string(&tokenID)
            try wire.bytes(&hmac)
            try wire.array(&renewers)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Who may renew the token besides its owner.
    public struct DescribedDelegationTokenRenewer: WireStructure {
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
