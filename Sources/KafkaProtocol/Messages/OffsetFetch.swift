// SPDX-License-Identifier: Apache-2.0

/// Tells how far a group has read.
///
/// OffsetFetch (key 9), versions 1 to 10, flexible from 6; KIP-709, KIP-447, KIP-848.
///
/// Version 7 adds `requireStable`; version 8 adds `groups` and drops `groupID`, `topics`; version 9 adds
/// `memberID`, `memberEpoch`; version 10 adds `topicID` and drops `name`.
public struct OffsetFetchRequest: RequestMessage {
    public typealias Response = OffsetFetchResponse
    public static var apiKey: APIKey { .offsetFetch }
    public static var versions: ClosedRange<Int16> { 1...10 }
    public static var flexibleSince: Int16? { 6 }

    public var groupID: String = ""
    public var topics: [Topic]? = []
    public var groups: [Group] = []
    public var requireStable: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID, until: 7)
        try wire.nullableArray(&topics, until: 7, nullable: 2, default: [])
        try wire.array(&groups, since: 8)
        try wire.bool(&requireStable, since: 7)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions are wanted, up to version 7.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitionIndexes: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, until: 7)
            try wire.int32s(&partitionIndexes, until: 7)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A group, and which topics are wanted; nil for all (KIP-709).
    public struct Group: WireStructure {
        public var groupID: String = ""
        public var memberID: String? = nil
        public var memberEpoch: Int32 = -1
        public var topics: [GroupTopic]? = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&groupID, since: 8)
            try wire.nullableString(&memberID, since: 9, ignorable: true)
            try wire.int32(&memberEpoch, since: 9, ignorable: true)
            try wire.nullableArray(&topics, since: 8)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and which of its partitions are wanted.
    public struct GroupTopic: WireStructure {
        public var name: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitionIndexes: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, since: 8, until: 9, ignorable: true)
            try wire.uuid(&topicID, since: 10, ignorable: true)
            try wire.int32s(&partitionIndexes, since: 8)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `OffsetFetchRequest`.
///
/// Version 2 adds `errorCode`; version 3 adds `throttleTimeMs`; version 5 adds `committedLeaderEpoch`; version 8
/// adds `groups` and drops `topics`, `errorCode`; version 10 adds `topicID` and drops `name`.
public struct OffsetFetchResponse: ThrottledResponse {
    public static var apiKey: APIKey { .offsetFetch }
    public static var versions: ClosedRange<Int16> { 1...10 }
    public static var flexibleSince: Int16? { 6 }

    public var throttleTimeMs: Int32 = 0
    public var topics: [Topic] = []
    public var errorCode: ErrorCode = .none
    public var groups: [Group] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 3, ignorable: true)
        try wire.array(&topics, until: 7)
        try wire.errorCode(&errorCode, since: 2, until: 7, ignorable: true)
        try wire.array(&groups, since: 8)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer, up to version 7.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Partition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, until: 7)
            try wire.array(&partitions, until: 7)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// What is committed for one partition, up to version 7; -1 for nothing.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var committedOffset: Int64 = 0
        public var committedLeaderEpoch: Int32 = -1
        public var metadata: String? = ""
        public var errorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex, until: 7)
            try wire.int64(&committedOffset, until: 7)
            try wire.int32(&committedLeaderEpoch, since: 5, until: 7, ignorable: true)
            try wire.nullableString(&metadata, until: 7)
            try wire.errorCode(&errorCode, until: 7)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// What one group has committed.
    public struct Group: WireStructure {
        public var groupID: String = ""
        public var topics: [GroupTopic] = []
        public var errorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&groupID, since: 8)
            try wire.array(&topics, since: 8)
            try wire.errorCode(&errorCode, since: 8)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic of a group's answer.
    public struct GroupTopic: WireStructure {
        public var name: String = ""
        public var topicID: KafkaUUID = .zero
        public var partitions: [GroupPartition] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, since: 8, until: 9, ignorable: true)
            try wire.uuid(&topicID, since: 10, ignorable: true)
            try wire.array(&partitions, since: 8)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// What is committed for one partition; -1 for nothing.
    public struct GroupPartition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var committedOffset: Int64 = 0
        public var committedLeaderEpoch: Int32 = -1
        public var metadata: String? = ""
        public var errorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex, since: 8)
            try wire.int64(&committedOffset, since: 8)
            try wire.int32(&committedLeaderEpoch, since: 8, ignorable: true)
            try wire.nullableString(&metadata, since: 8)
            try wire.errorCode(&errorCode, since: 8)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
