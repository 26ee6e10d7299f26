// SPDX-License-Identifier: Apache-2.0

/// Stores access control list entries.
///
/// CreateAcls (key 30), versions 1 to 3, flexible from 2; KIP-140, KIP-290.
public struct CreateAclsRequest: RequestMessage {
    public typealias Response = CreateAclsResponse
    public static var apiKey: APIKey { .createAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var creations: [AclCreation] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&creations)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// An access control list entry to be stored.
    public struct AclCreation: WireStructure {
        public var resourceType: Int8 = 0
        public var resourceName: String = ""
        public var resourcePatternType: Int8 = 3
        public var principal: String = ""
        public var host: String = ""
        public var operation: Int8 = 0
        public var permissionType: Int8 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.int8(&resourcePatternType)
            try wire.string(&principal)
            try wire.string(&host)
            try wire.int8(&operation)
            try wire.int8(&permissionType)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `CreateAclsRequest`.
public struct CreateAclsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .createAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var results: [AclCreationResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one entry has been stored.
    public struct AclCreationResult: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
