// SPDX-License-Identifier: Apache-2.0

/// Record 14 of `__cluster_metadata`: the value of a quota, or its removal.
public struct ClientQuotaRecord: MetadataRecord {
    public static var recordType: Int16 { 14 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var entity: [EntityData] = []
    public var key: String = ""
    public var value: Double = 0
    public var remove: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&entity)
        try wire.string(&key)
        try wire.float64(&value)
        try wire.bool(&remove)
        try wire.taggedFields(&unknownTaggedFields)
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
}
