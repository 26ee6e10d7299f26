// SPDX-License-Identifier: Apache-2.0

/// Lists access control list entries.
///
/// DescribeAcls (key 29), versions 1 to 3, flexible from 2; KIP-140, KIP-290.
public struct DescribeAclsRequest: RequestMessage {
    public typealias Response = DescribeAclsResponse
    public static var apiKey: APIKey { .describeAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var resourceTypeFilter: Int8 = 0
    public var resourceNameFilter: String? = ""
    public var patternTypeFilter: Int8 = 3
    public var principalFilter: String? = ""
    public var hostFilter: String? = ""
    public var operation: Int8 = 0
    public var permissionType: Int8 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int8(&resourceTypeFilter)
        try wire.nullableString(&resourceNameFilter)
        try wire.int8(&patternTypeFilter)
        try wire.nullableString(&principalFilter)
        try wire.nullableString(&hostFilter)
        try wire.int8(&operation)
        try wire.int8(&permissionType)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `DescribeAclsRequest`.
public struct DescribeAclsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var resources: [Resource] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.array(&resources)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A resource, or a pattern of resources, with the entries that hold for it.
    public struct Resource: WireStructure {
        public var resourceType: Int8 = 0
        public var resourceName: String = ""
        public var patternType: Int8 = 3
        public var acls: [AclDescription] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.int8(&patternType)
            try wire.array(&acls)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Who may or may not do what from where.
    public struct AclDescription: WireStructure {
        public var principal: String = ""
        public var host: String = ""
        public var operation: Int8 = 0
        public var permissionType: Int8 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&principal)
            try wire.string(&host)
            try wire.int8(&operation)
            try wire.int8(&permissionType)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
