// SPDX-License-Identifier: Apache-2.0

/// Tells configurations of topics, brokers and the like.
///
/// DescribeConfigs (key 32), versions 1 to 4, flexible from 4; KIP-133, KIP-226, KIP-569.
///
/// Version 3 adds `includeDocumentation`.
public struct DescribeConfigsRequest: RequestMessage {
    public typealias Response = DescribeConfigsResponse
    public static var apiKey: APIKey { .describeConfigs }
    public static var versions: ClosedRange<Int16> { 1...4 }
    public static var flexibleSince: Int16? { 4 }

    public var resources: [Resource] = []
    public var includeSynonyms: Bool = false
    public var includeDocumentation: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&resources)
        try wire.bool(&includeSynonyms)
        try wire.bool(&includeDocumentation, since: 3)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic, broker or the like, and which of its configurations are wanted; nil for all.
    public struct Resource: WireStructure {
        public var resourceType: Int8 = 0
        public var resourceName: String = ""
        public var configurationKeys: [String]? = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.nullableStrings(&configurationKeys)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeConfigsRequest`.
///
/// Version 3 adds `configType`, `documentation`.
public struct DescribeConfigsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeConfigs }
    public static var versions: ClosedRange<Int16> { 1...4 }
    public static var flexibleSince: Int16? { 4 }

    public var throttleTimeMs: Int32 = 0
    public var results: [Resource] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// The configurations of one resource, or why they can't be told.
    public struct Resource: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var resourceType: Int8 = 0
        public var resourceName: String = ""
        public var configs: [Config] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configs)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A configuration, its value, and where that comes from.
    public struct Config: WireStructure {
        public var name: String = ""
        public var value: String? = ""
        public var readOnly: Bool = false
        public var configSource: Int8 = -1
        public var isSensitive: Bool = false
        public var synonyms: [Synonym] = []
        public var configType: Int8 = 0
        public var documentation: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.nullableString(&value)
            try wire.bool(&readOnly)
            try wire.int8(&configSource)
            try wire.bool(&isSensitive)
            try wire.array(&synonyms)
            try wire.int8(&configType, since: 3, ignorable: true)
            try wire.nullableString(&documentation, since: 3, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Where the value would come from if what is nearer were not set, nearest first.
    public struct Synonym: WireStructure {
        public var name: String = ""
        public var value: String? = ""
        public var source: Int8 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.nullableString(&value)
            try wire.int8(&source)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
