// SPDX-License-Identifier: Apache-2.0

/// Lets a controller vote.
///
/// AddRaftVoter (key 80), versions 0 to 1, flexible from 0; KIP-853.
///
/// Version 1 adds `ackWhenCommitted`.
public struct AddRaftVoterRequest: RequestMessage {
    public typealias Response = AddRaftVoterResponse
    public static var apiKey: APIKey { .addRaftVoter }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var clusterID: String? = ""
    public var timeoutMs: Int32 = 0
    public var voterID: Int32 = 0
    public var voterDirectoryID: KafkaUUID = .zero
    public var listeners: [Listener] = []
    public var ackWhenCommitted: Bool = true
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&clusterID)
        try wire.int32(&timeoutMs)
        try wire.int32(&voterID)
        try wire.uuid(&voterDirectoryID)
        try wire.array(&listeners)
        try wire.bool(&ackWhenCommitted, since: 1, default: true)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Where the new voter listens for the others.
    public struct Listener: WireStructure {
        public var name: String = ""
        public var host: String = ""
        public var port: UInt16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.string(&host)
            try wire.uint16(&port)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AddRaftVoterRequest`.
public struct AddRaftVoterResponse: ThrottledResponse {
    public static var apiKey: APIKey { .addRaftVoter }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
