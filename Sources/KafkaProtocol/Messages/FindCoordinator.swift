// SPDX-License-Identifier: Apache-2.0

/// Tells the broker that coordinates a group or a transactional id.
///
/// FindCoordinator (key 10), versions 0 to 6, flexible from 3; KIP-98, KIP-699.
///
/// Version 1 adds `keyType`; version 4 adds `coordinatorKeys` and drops `key`.
public struct FindCoordinatorRequest: RequestMessage {
    public typealias Response = FindCoordinatorResponse
    public static var apiKey: APIKey { .findCoordinator }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 3 }

    public var key: String = ""
    public var keyType: Int8 = 0
    public var coordinatorKeys: [String] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&key, until: 3)
        try wire.int8(&keyType, since: 1)
        try wire.strings(&coordinatorKeys, since: 4)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `FindCoordinatorRequest`.
///
/// Version 1 adds `throttleTimeMs`, `errorMessage`; version 4 adds `coordinators` and drops `errorCode`,
/// `errorMessage`, `nodeID`, `host`, `port`.
public struct FindCoordinatorResponse: ThrottledResponse {
    public static var apiKey: APIKey { .findCoordinator }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 3 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var nodeID: Int32 = 0
    public var host: String = ""
    public var port: Int32 = 0
    public var coordinators: [Coordinator] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs, since: 1, ignorable: true)
        try wire.errorCode(&errorCode, until: 3)
        try wire.nullableString(&errorMessage, since: 1, until: 3, ignorable: true)
        try wire.int32(&nodeID, until: 3)
        try wire.string(&host, until: 3)
        try wire.int32(&port, until: 3)
        try wire.array(&coordinators, since: 4)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// The coordinator of one key.
    public struct Coordinator: WireStructure {
        public var key: String = ""
        public var nodeID: Int32 = 0
        public var host: String = ""
        public var port: Int32 = 0
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&key, since: 4)
            try wire.int32(&nodeID, since: 4)
            try wire.string(&host, since: 4)
            try wire.int32(&port, since: 4)
            try wire.errorCode(&errorCode, since: 4)
            try wire.nullableString(&errorMessage, since: 4, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
