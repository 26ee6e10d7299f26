// SPDX-License-Identifier: Apache-2.0

/// Replaces all configurations of a resource.
///
/// AlterConfigs (key 33), versions 0 to 2, flexible from 2; KIP-133.
public struct AlterConfigsRequest: RequestMessage {
    public typealias Response = AlterConfigsResponse
    public static var apiKey: APIKey { .alterConfigs }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var resources: [Resource] = []
    public var validateOnly: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&resources)
        try wire.bool(&validateOnly)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic or broker, with all the configurations that it is to have: those left out go back to their defaults.
    public struct Resource: WireStructure {
        public var resourceType: Int8 = 0
        public var resourceName: String = ""
        public var configs: [AlterableConfig] = []
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.array(&configs)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// A configuration and its value.
    public struct AlterableConfig: WireStructure {
        public var name: String = ""
        public var value: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.nullableString(&value)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `AlterConfigsRequest`.
public struct AlterConfigsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .alterConfigs }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var responses: [ResourceResponse] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&responses)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one resource has been changed.
    public struct ResourceResponse: WireStructure {
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var resourceType: Int8 = 0
        public var resourceName: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.int8(&resourceType)
            try wire.string(&resourceName)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
