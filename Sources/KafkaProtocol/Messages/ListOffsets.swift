// SPDX-License-Identifier: Apache-2.0

/// Finds offsets by time, and the ends of partitions.
///
/// ListOffsets (key 2), versions 1 to 11, flexible from 6; KIP-79, KIP-207, KIP-320, KIP-734, KIP-405.
///
/// Version 2 adds `isolationLevel`; version 4 adds `currentLeaderEpoch`; version 10 adds `timeoutMs`.
public struct ListOffsetsRequest: RequestMessage {
    public typealias Response = ListOffsetsResponse
    public static var apiKey: APIKey { .listOffsets }
    public static var versions: ClosedRange<Int16> { 1...11 }
    public static var flexibleSince: Int16? { 6 }

    public var replicaID: Int32 = 0
    public var isolationLevel: Int8 = 0
    public var topics: [Topic] = []
    public var timeoutMs: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&replicaID)
        try wire.int8(&isolationLevel, since: 2)
        try wire.array(&topics)
        try wire.int32(&timeoutMs, since: 10, ignorable: true)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and what is wanted of its partitions.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A time, or -1 for the end and -2 for the beginning, of which the offset is wanted.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var currentLeaderEpoch: Int32 = -1
        public var timestamp: Int64 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int32(&currentLeaderEpoch, since: 4, ignorable: true)
            try wire.int64(&timestamp)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `ListOffsetsRequest`.
///
/// Version 2 adds `throttleTimeMs`; version 4 adds `leaderEpoch`.
public struct ListOffsetsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .listOffsets }
    public static var versions: ClosedRange<Int16> { 1...11 }
    public static var flexibleSince: Int16? { 6 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [Topic] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 2, ignorable: true)
        try wire.array(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The offset that was looked for, with the record's time; -1 if there is none.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var timestamp: Int64 = -1
        public var offset: Int64 = -1
        public var leaderEpoch: Int32 = -1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.int64(&timestamp)
            try wire.int64(&offset)
            try wire.int32(&leaderEpoch, since: 4, default: -1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
