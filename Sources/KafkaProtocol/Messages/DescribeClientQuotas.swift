// SPDX-License-Identifier: Apache-2.0

/// Tells quotas.
///
/// DescribeClientQuotas (key 48), versions 0 to 1, flexible from 1; KIP-546.
public struct DescribeClientQuotasRequest: RequestMessage {
    public typealias Response = DescribeClientQuotasResponse
    public static var apiKey: APIKey { .describeClientQuotas }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 1 }

    public var components: [ComponentData] = []
    public var strict: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&components)
        try wire.bool(&strict)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What a part of an entity must be like: its exact name, the default, or anything.
    public struct ComponentData: WireStructure {
        public var entityType: String = ""
        public var matchType: Int8 = 0
        public var match: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&entityType)
            try wire.int8(&matchType)
            try wire.nullableString(&match)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeClientQuotasRequest`.
public struct DescribeClientQuotasResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeClientQuotas }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 1 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var entries: [EntryData]? = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.nullableArray(&entries)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// An entity and its quotas.
    public struct EntryData: WireStructure {
        public var entity: [EntityData] = []
        public var values: [ValueData] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.array(&entity)
            try wire.array(&values)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// One part of an entity, such as `user` or `client-id`, with its name; nil is the default for all names.
    public struct EntityData: WireStructure {
        public var entityType: String = ""
        public var entityName: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&entityType)
            try wire.nullableString(&entityName)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A quota and its value.
    public struct ValueData: WireStructure {
        public var key: String = ""
        public var value: Double = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&key)
            try wire.float64(&value)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
