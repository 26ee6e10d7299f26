// SPDX-License-Identifier: Apache-2.0

/// Changes quotas.
///
/// AlterClientQuotas (key 49), versions 0 to 1, flexible from 1; KIP-546.
public struct AlterClientQuotasRequest: RequestMessage {
    public typealias Response = AlterClientQuotasResponse
    public static var apiKey: APIKey { .alterClientQuotas }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 1 }

    public var entries: [EntryData] = []
    public var validateOnly: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&entries)
        try wire.bool(&validateOnly)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// An entity, and what is to become of its quotas.
    public struct EntryData: WireStructure {
        public var entity: [EntityData] = []
        public var ops: [OpData] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.array(&entity)
            try wire.array(&ops)
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

    /// One quota: a key such as `producer_byte_rate`, with its value or its removal.
    public struct OpData: WireStructure {
        public var key: String = ""
        public var value: Double = 0
        public var remove: Bool = false
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&key)
            try wire.float64(&value)
            try wire.bool(&remove)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AlterClientQuotasRequest`.
public struct AlterClientQuotasResponse: ThrottledResponse {
    public static var apiKey: APIKey { .alterClientQuotas }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 1 }

    public var throttleTimeMs: Int32 = 0
    public var entries: [EntryData] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&entries)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether the quotas of one entity have been changed.
    public struct EntryData: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var entity: [EntityData] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.array(&entity)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// One part of an entity, as in the request.
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
}
