// SPDX-License-Identifier: Apache-2.0

/// Deletes access control list entries.
///
/// DeleteAcls (key 31), versions 1 to 3, flexible from 2; KIP-140, KIP-290.
public struct DeleteAclsRequest: RequestMessage {
    public typealias Response = DeleteAclsResponse
    public static var apiKey: APIKey { .deleteAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var filters: [Filter] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&filters)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What entries must be like to be deleted; 1 stands for any.
    public struct Filter: WireStructure {
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
}

/// Answers `DeleteAclsRequest`.
public struct DeleteAclsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .deleteAcls }
    public static var versions: ClosedRange<Int16> { 1...3 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var filterResults: [FilterResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&filterResults)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What was deleted for one filter.
    public struct FilterResult: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var matchingAcls: [MatchingAcl] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.array(&matchingAcls)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// An entry that matched.
    public struct MatchingAcl: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var resourceType: Int8 = 0
        public var resourceName: String = ""
        public var patternType: Int8 = 3
        public var principal: String = ""
        public var host: String = ""
        public var operation: Int8 = 0
        public var permissionType: Int8 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.int8(&patternType)
            try wire.string(&principal)
            try wire.string(&host)
            try wire.int8(&operation)
            try wire.int8(&permissionType)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
