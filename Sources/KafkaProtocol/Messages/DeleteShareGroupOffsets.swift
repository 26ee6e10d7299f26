// SPDX-License-Identifier: Apache-2.0

/// Lets share groups forget topics.
///
/// DeleteShareGroupOffsets (key 92), versions 0, flexible from 0; KIP-932.
public struct DeleteShareGroupOffsetsRequest: RequestMessage {
    public typealias Response = DeleteShareGroupOffsetsResponse
    public static var apiKey: APIKey { .deleteShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var groupID: String = ""
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic whose offsets the group is to forget.
    public struct Topic: WireStructure {
        public var topicName: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DeleteShareGroupOffsetsRequest`.
public struct DeleteShareGroupOffsetsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .deleteShareGroupOffsets }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil
    public var responses: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.array(&responses)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one topic has been forgotten.
    public struct Topic: WireStructure {
        public var topicName: String = ""
        public var topicID: KafkaUUID = .zero
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.uuid(&topicID)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
