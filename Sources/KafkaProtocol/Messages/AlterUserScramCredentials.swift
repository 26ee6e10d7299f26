// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Stores and deletes SCRAM credentials.
///
/// AlterUserScramCredentials (key 51), versions 0, flexible from 0; KIP-554.
public struct AlterUserScramCredentialsRequest: RequestMessage {
    public typealias Response = AlterUserScramCredentialsResponse
    public static var apiKey: APIKey { .alterUserScramCredentials }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var deletions: [ScramCredentialDeletion] = []
    public var upsertions: [ScramCredentialUpsertion] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&deletions)
        try wire.array(&upsertions)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A credential to be removed: a user's, for one SCRAM mechanism.
    public struct ScramCredentialDeletion: WireStructure {
        public var name: String = ""
        public var mechanism: Int8 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int8(&mechanism)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A credential to be stored: what is kept of a user's password for one SCRAM mechanism (RFC 5802).
    public struct ScramCredentialUpsertion: WireStructure {
        public var name: String = ""
        public var mechanism: Int8 = 0
        public var iterations: Int32 = 0
        public var salt = ByteBuffer()
        public var saltedPassword = ByteBuffer()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int8(&mechanism)
            try wire.int32(&iterations)
            try wire.bytes(&salt)
            try wire.bytes(&saltedPassword)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AlterUserScramCredentialsRequest`.
public struct AlterUserScramCredentialsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .alterUserScramCredentials }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var results: [AlterUserScramCredentialsResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether the credentials of one user have been changed.
    public struct AlterUserScramCredentialsResult: WireStructure {
        public var user: String = ""
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&user)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
