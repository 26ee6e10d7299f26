// SPDX-License-Identifier: Apache-2.0

/// Deletes the state of share partitions; between brokers.
///
/// DeleteShareGroupState (key 86), versions 0, flexible from 0; KIP-932: what share-partition leaders ask the share coordinator.
public struct DeleteShareGroupStateRequest: RequestMessage {
    public typealias Response = DeleteShareGroupStateResponse
    public static var apiKey: APIKey { .deleteShareGroupState }
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

    /// A topic and which of its partitions are meant.
    public struct Topic: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A partition whose state is to be deleted.
    public struct Partition: WireStructure {
        public var partition: Int32 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DeleteShareGroupStateRequest`.
public struct DeleteShareGroupStateResponse: ResponseMessage {
    public static var apiKey: APIKey { .deleteShareGroupState }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var results: [Result] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct Result: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var partitions: [PartitionResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether the state of one partition has been deleted.
    public struct PartitionResult: WireStructure {
        public var partition: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partition)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
