// SPDX-License-Identifier: Apache-2.0

/// Tells the cluster's id and its brokers or controllers.
///
/// DescribeCluster (key 60), versions 0 to 2, flexible from 0; KIP-700, KIP-919.
///
/// Version 1 adds `endpointType`; version 2 adds `includeFencedBrokers`.
public struct DescribeClusterRequest: RequestMessage {
    public typealias Response = DescribeClusterResponse
    public static var apiKey: APIKey { .describeCluster }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var includeClusterAuthorizedOperations: Bool = false
    public var endpointType: Int8 = 1
    public var includeFencedBrokers: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.bool(&includeClusterAuthorizedOperations)
        try wire.int8(&endpointType, since: 1, default: 1)
        try wire.bool(&includeFencedBrokers, since: 2)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `DescribeClusterRequest`.
///
/// Version 1 adds `endpointType`; version 2 adds `isFenced`.
public struct DescribeClusterResponse: ThrottledResponse {
    public static var apiKey: APIKey { .describeCluster }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = nil
    public var endpointType: Int8 = 1
    public var clusterID: String = ""
    public var controllerID: Int32 = -1
    public var brokers: [Broker] = []
    public var clusterAuthorizedOperations: Int32 = .min
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.int8(&endpointType, since: 1, default: 1)
        try wire.string(&clusterID)
        try wire.int32(&controllerID)
        try wire.array(&brokers)
        try wire.int32(&clusterAuthorizedOperations)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A broker or controller, and where it listens.
    public struct Broker: WireStructure {
        public var brokerID: Int32 = 0
        public var host: String = ""
        public var port: Int32 = 0
        public var rack: String? = nil
        public var isFenced: Bool = false
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int32(&brokerID)
            try wire.string(&host)
            try wire.int32(&port)
            try wire.nullableString(&rack)
            try wire.bool(&isFenced, since: 2)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
