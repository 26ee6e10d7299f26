// SPDX-License-Identifier: Apache-2.0

/// Moves replicas to another data directory.
///
/// AlterReplicaLogDirs (key 34), versions 1 to 2, flexible from 2; KIP-113.
public struct AlterReplicaLogDirsRequest: RequestMessage {
    public typealias Response = AlterReplicaLogDirsResponse
    public static var apiKey: APIKey { .alterReplicaLogDirs }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 2 }

    public var dirs: [AlterReplicaLogDir] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&dirs)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A data directory and the partitions that are to go there.
    public struct AlterReplicaLogDir: WireStructure {
        public var path: String = ""
        public var topics: [AlterReplicaLogDirTopic] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&path)
            try wire.array(&topics)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and which of its partitions are to move.
    public struct AlterReplicaLogDirTopic: WireStructure {
        public var name: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AlterReplicaLogDirsRequest`.
public struct AlterReplicaLogDirsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .alterReplicaLogDirs }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var results: [AlterReplicaLogDirTopicResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic of the answer.
    public struct AlterReplicaLogDirTopicResult: WireStructure {
        public var topicName: String = ""
        public var partitions: [AlterReplicaLogDirPartitionResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topicName)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether the move of one partition has begun.
    public struct AlterReplicaLogDirPartitionResult: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
