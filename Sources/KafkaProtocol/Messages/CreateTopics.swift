// SPDX-License-Identifier: Apache-2.0

/// Creates topics.
///
/// CreateTopics (key 19), versions 2 to 7, flexible from 5; KIP-4, KIP-464, KIP-525.
public struct CreateTopicsRequest: RequestMessage {
    public typealias Response = CreateTopicsResponse
    public static var apiKey: APIKey { .createTopics }
    public static var versions: ClosedRange<Int16> { 2...7 }
    public static var flexibleSince: Int16? { 5 }

    public var topics: [Topic] = []
    public var timeoutMs: Int32 = 60000
    public var validateOnly: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics)
        try wire.int32(&timeoutMs)
        try wire.bool(&validateOnly)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic to be created.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var numPartitions: Int32 = 0
        public var replicationFactor: Int16 = 0
        public var assignments: [Assignment] = []
        public var configs: [Config] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int32(&numPartitions)
            try wire.int16(&replicationFactor)
            try wire.array(&assignments)
            try wire.array(&configs)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The brokers of one partition, where they are chosen by hand; the first leads.
    public struct Assignment: WireStructure {
        public var partitionIndex: Int32 = 0
        public var brokerIDs: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int32s(&brokerIDs)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A configuration that differs from the default.
    public struct Config: WireStructure {
        public var name: String = ""
        public var value: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.nullableString(&value)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `CreateTopicsRequest`.
///
/// Version 5 adds `topicConfigErrorCode`, `numPartitions`, `replicationFactor`, `configs`; version 7 adds
/// `topicID`.
public struct CreateTopicsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .createTopics }
    public static var versions: ClosedRange<Int16> { 2...7 }
    public static var flexibleSince: Int16? { 5 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one topic has been created, and how it looks (KIP-525).
    public struct Topic: WireStructure {
        public var name: String = ""
        public var topicID: KafkaUUID = .zero
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var topicConfigErrorCode: ErrorCode = .none
        public var numPartitions: Int32 = -1
        public var replicationFactor: Int16 = -1
        public var configs: [Config]? = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.uuid(&topicID, since: 7, ignorable: true)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.int32(&numPartitions, since: 5, ignorable: true)
            try wire.int16(&replicationFactor, since: 5, ignorable: true)
            try wire.nullableArray(&configs, since: 5, ignorable: true)
            unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
                try tags.field(0, since: 5, isDefault: topicConfigErrorCode == .none) { (wire) throws(WireError) in
                    try wire.errorCode(&topicConfigErrorCode)
                }
            }
        }
    }

    /// A configuration that the topic has, and where it comes from.
    public struct Config: WireStructure {
        public var name: String = ""
        public var value: String? = ""
        public var readOnly: Bool = false
        public var configSource: Int8 = -1
        public var isSensitive: Bool = false
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, since: 5)
            try wire.nullableString(&value, since: 5)
            try wire.bool(&readOnly, since: 5)
            try wire.int8(&configSource, since: 5, ignorable: true)
            try wire.bool(&isSensitive, since: 5)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
