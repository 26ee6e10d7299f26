// SPDX-License-Identifier: Apache-2.0

/// Adds partitions to topics.
///
/// CreatePartitions (key 37), versions 0 to 3, flexible from 2; KIP-195.
public struct CreatePartitionsRequest: RequestMessage {
    public typealias Response = CreatePartitionsResponse
    public static var apiKey: APIKey { .createPartitions }
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var flexibleSince: Int16? { 2 }

    public var topics: [Topic] = []
    public var timeoutMs: Int32 = 0
    public var validateOnly: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&topics)
        try wire.int32(&timeoutMs)
        try wire.bool(&validateOnly)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// How many partitions a topic is to have.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var count: Int32 = 0
        public var assignments: [Assignment]? = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int32(&count)
            try wire.nullableArray(&assignments)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The brokers of one new partition; the first leads.
    public struct Assignment: WireStructure {
        public var brokerIDs: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32s(&brokerIDs)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `CreatePartitionsRequest`.
public struct CreatePartitionsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .createPartitions }
    public static var versions: ClosedRange<Int16> { 0...3 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var results: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one topic has been enlarged.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
