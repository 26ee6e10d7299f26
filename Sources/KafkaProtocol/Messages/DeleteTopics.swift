// SPDX-License-Identifier: Apache-2.0

/// Deletes topics.
///
/// DeleteTopics (key 20), versions 1 to 6, flexible from 4; KIP-4, KIP-516.
///
/// Version 6 adds `topics` and drops `topicNames`.
public struct DeleteTopicsRequest: RequestMessage {
    public typealias Response = DeleteTopicsResponse
    public static var apiKey: APIKey { .deleteTopics }
    public static var versions: ClosedRange<Int16> { 1...6 }
    public static var flexibleSince: Int16? { 4 }

    public var topics: [Topic] = []
    public var topicNames: [String] = []
    public var timeoutMs: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics, since: 6)
        try wire.strings(&topicNames, until: 5, ignorable: true)
        try wire.int32(&timeoutMs)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic by its name or its id; the other one is nil or zero.
    public struct Topic: WireStructure {
        public var name: String? = nil
        public var topicID: KafkaUUID = .zero
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.nullableString(&name, since: 6)
            try wire.uuid(&topicID, since: 6)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DeleteTopicsRequest`.
///
/// Version 5 adds `errorMessage`; version 6 adds `topicID`.
public struct DeleteTopicsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .deleteTopics }
    public static var versions: ClosedRange<Int16> { 1...6 }
    public static var flexibleSince: Int16? { 4 }

    public var throttleTimeMs: Int32 = 0
    public var responses: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&responses)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one topic has been deleted.
    public struct Topic: WireStructure {
        public var name: String? = ""
        public var topicID: KafkaUUID = .zero
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.nullableString(&name, nullable: 6)
            try wire.uuid(&topicID, since: 6, ignorable: true)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage, since: 5, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
