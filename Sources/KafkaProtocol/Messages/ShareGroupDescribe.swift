// SPDX-License-Identifier: Apache-2.0

/// Tells state and members of share groups.
///
/// ShareGroupDescribe (key 77), versions 1, flexible from 0; KIP-932.
public struct ShareGroupDescribeRequest: RequestMessage {
    public typealias Response = ShareGroupDescribeResponse
    public static var apiKey: APIKey { .shareGroupDescribe }
    public static var versions: ClosedRange<Int16> { 1...1 }
    public static var flexibleSince: Int16? { 0 }

    public var groupIDs: [String] = []
    public var includeAuthorizedOperations: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&groupIDs)
        try wire.bool(&includeAuthorizedOperations)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `ShareGroupDescribeRequest`.
public struct ShareGroupDescribeResponse: ThrottledResponse {
    public static var apiKey: APIKey { .shareGroupDescribe }
    public static var versions: ClosedRange<Int16> { 1...1 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var groups: [DescribedGroup] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&groups)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What the coordinator knows of one share group.
    public struct DescribedGroup: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = nil
        public var groupID: String = ""
        public var groupState: String = ""
        public var groupEpoch: Int32 = 0
        public var assignmentEpoch: Int32 = 0
        public var assignorName: String = ""
        public var members: [Member] = []
        public var authorizedOperations: Int32 = .min
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.string(&groupID)
            try wire.string(&groupState)
            try wire.int32(&groupEpoch)
            try wire.int32(&assignmentEpoch)
            try wire.string(&assignorName)
            try wire.array(&members)
            try wire.int32(&authorizedOperations)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A member, with its subscription and assignment.
    public struct Member: WireStructure {
        public var memberID: String = ""
        public var rackID: String? = nil
        public var memberEpoch: Int32 = 0
        public var clientID: String = ""
        public var clientHost: String = ""
        public var subscribedTopicNames: [String] = []
        public var assignment = Assignment()
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&memberID)
            try wire.nullableString(&rackID)
            try wire.int32(&memberEpoch)
            try wire.string(&clientID)
            try wire.string(&clientHost)
            try wire.strings(&subscribedTopicNames)
            try wire.structure(&assignment)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Partitions of one topic, under its id and its name.
    public struct TopicPartitions: WireStructure {
        public var topicID: KafkaUUID = .zero
        public var topicName: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.uuid(&topicID)
            try wire.string(&topicName)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Partitions that a member has.
    public struct Assignment: WireStructure {
        public var topicPartitions: [TopicPartitions] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.array(&topicPartitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
