// SPDX-License-Identifier: Apache-2.0

/// Lists what has configurations.
///
/// ListConfigResources (key 74), versions 0 to 1, flexible from 0; KIP-1000, KIP-1142.
///
/// Version 1 adds `resourceTypes`.
public struct ListConfigResourcesRequest: RequestMessage {
    public typealias Response = ListConfigResourcesResponse
    public static var apiKey: APIKey { .listConfigResources }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var resourceTypes: [Int8] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int8s(&resourceTypes, since: 1)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `ListConfigResourcesRequest`.
///
/// Version 1 adds `resourceType`.
public struct ListConfigResourcesResponse: ThrottledResponse {
    public static var apiKey: APIKey { .listConfigResources }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var configResources: [ConfigResource] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.array(&configResources)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A resource that has configurations.
    public struct ConfigResource: WireStructure {
        public var resourceName: String = ""
        public var resourceType: Int8 = 16
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&resourceName)
            try wire.int8(&resourceType, since: 1, ignorable: true)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
