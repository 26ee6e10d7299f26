// SPDX-License-Identifier: Apache-2.0

/// Tells a broker's data directories and what is in them.
///
/// DescribeLogDirs (key 35), versions 1 to 5, flexible from 2; KIP-113, KIP-827.
public struct DescribeLogDirsRequest: RequestMessage {
    public typealias Response = DescribeLogDirsResponse
    public static var apiKey: APIKey { .describeLogDirs }
    public static var versions: ClosedRange<Int16> { 1...5 }
    public static var flexibleSince: Int16? { 2 }

    public var topics: [DescribableLogDirTopic]? = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableArray(&topics)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic and which of its partitions are wanted.
    public struct DescribableLogDirTopic: WireStructure {
        public var topic: String = ""
        public var partitions: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&topic)
            try wire.int32s(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `DescribeLogDirsRequest`.
///
/// Version 3 adds `errorCode`; version 4 adds `totalBytes`, `usableBytes`; version 5 adds `isCordoned`.
public struct DescribeLogDirsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeLogDirs }
    public static var versions: ClosedRange<Int16> { 1...5 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var results: [DescribeLogDirsResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode, since: 3, ignorable: true)
        try wire.array(&results)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A data directory and what is in it.
    public struct DescribeLogDirsResult: WireStructure {
        public var errorCode: ErrorCode = .none
        public var logDir: String = ""
        public var topics: [Topic] = []
        public var totalBytes: Int64 = -1
        public var usableBytes: Int64 = -1
        public var isCordoned: Bool = false
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.string(&logDir)
            try wire.array(&topics)
            try wire.int64(&totalBytes, since: 4, ignorable: true)
            try wire.int64(&usableBytes, since: 4, ignorable: true)
            try wire.bool(&isCordoned, since: 5, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic that has partitions in the directory.
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

    /// How large one partition is there, and how far behind if it is on its way.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var partitionSize: Int64 = 0
        public var offsetLag: Int64 = 0
        public var isFutureKey: Bool = false
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.int64(&partitionSize)
            try wire.int64(&offsetLag)
            try wire.bool(&isFutureKey)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
