// SPDX-License-Identifier: Apache-2.0

/// Lets a group forget how far it has read.
///
/// OffsetDelete (key 47), versions 0, never flexible; KIP-496.
public struct OffsetDeleteRequest: RequestMessage {
    public typealias Response = OffsetDeleteResponse
    public static var apiKey: APIKey { .offsetDelete }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""
    public var topics: [Topic] = []

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.array(&topics)
    }

    /// A topic and which of its offsets are to be deleted.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
        }
    }

    /// A partition whose offset is to be deleted.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
        }
    }
}

/// Answers `OffsetDeleteRequest`.
public struct OffsetDeleteResponse: ThrottledResponse {
    public static var apiKey: APIKey { .offsetDelete }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var errorCode: ErrorCode = .none
    public var throttleTimeMs: Int32 = 0
    public var topics: [Topic] = []

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.int32(&throttleTimeMs)
        try wire.array(&topics)
    }

    /// A topic of the answer.
    public struct Topic: WireStructure {
        public var name: String = ""
        public var partitions: [Partition] = []

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
        }
    }

    /// Whether the offset of one partition has been deleted.
    public struct Partition: WireStructure {
        public var partitionIndex: Int32 = 0
        public var errorCode: ErrorCode = .none

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&partitionIndex)
            try wire.errorCode(&errorCode)
        }
    }
}
