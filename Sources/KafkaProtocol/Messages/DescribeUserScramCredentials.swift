// SPDX-License-Identifier: Apache-2.0

/// Lists users with SCRAM credentials.
///
/// DescribeUserScramCredentials (key 50), versions 0, flexible from 0; KIP-554.
public struct DescribeUserScramCredentialsRequest: RequestMessage {
    public typealias Response = DescribeUserScramCredentialsResponse
    public static var apiKey: APIKey { .describeUserScramCredentials }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var users: [UserName]? = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableArray(&users)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A user whose credentials are wanted.
    public struct UserName: WireStructure {
        public var name: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeUserScramCredentialsRequest`.
public struct DescribeUserScramCredentialsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeUserScramCredentials }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var results: [DescribeUserScramCredentialsResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What is stored for one user.
    public struct DescribeUserScramCredentialsResult: WireStructure {
        public var user: String = ""
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var credentialInfos: [CredentialInfo] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&user)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.array(&credentialInfos)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A SCRAM mechanism and how often its hash is repeated; never the keys.
    public struct CredentialInfo: WireStructure {
        public var mechanism: Int8 = 0
        public var iterations: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int8(&mechanism)
            try wire.int32(&iterations)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
