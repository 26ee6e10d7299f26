// SPDX-License-Identifier: Apache-2.0

/// Writes a transaction's end to its partitions; from coordinators.
///
/// WriteTxnMarkers (key 27), versions 1 to 2, flexible from 1; KIP-98.
///
/// Version 2 adds `transactionVersion`.
public struct WriteTxnMarkersRequest: RequestMessage {
    public typealias Response = WriteTxnMarkersResponse
    public static var apiKey: APIKey { .writeTxnMarkers }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 1 }

    public var markers: [WritableTxnMarker] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&markers)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A transaction that has ended, and the partitions to write that to.
    public struct WritableTxnMarker: WireStructure {
        public var producerID: Int64 = 0
        public var producerEpoch: Int16 = 0
        public var transactionResult: Bool = false
        public var topics: [WritableTxnMarkerTopic] = []
        public var coordinatorEpoch: Int32 = 0
        public var transactionVersion: Int8 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&producerID)
            try wire.int16(&producerEpoch)
            try wire.bool(&transactionResult)
            try wire.array(&topics)
            try wire.int32(&coordinatorEpoch)
            try wire.int8(&transactionVersion, since: 2, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic and which of its partitions take part.
    public struct WritableTxnMarkerTopic: WireStructure {
        public var name: String = ""
        public var partitionIndexes: [Int32] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int32s(&partitionIndexes)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `WriteTxnMarkersRequest`.
public struct WriteTxnMarkersResponse: ResponseMessage {
    public static var apiKey: APIKey { .writeTxnMarkers }
    public static var versions: ClosedRange<Int16> { 1...2 }
    public static var flexibleSince: Int16? { 1 }

    public var markers: [WritableTxnMarkerResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&markers)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// What became of the markers of one producer.
    public struct WritableTxnMarkerResult: WireStructure {
        public var producerID: Int64 = 0
        public var topics: [WritableTxnMarkerTopicResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int64(&producerID)
            try wire.array(&topics)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A topic of the answer.
    public struct WritableTxnMarkerTopicResult: WireStructure {
        public var name: String = ""
        public var partitions: [WritableTxnMarkerPartitionResult] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.array(&partitions)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// Whether one partition has its marker.
    public struct WritableTxnMarkerPartitionResult: WireStructure {
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
