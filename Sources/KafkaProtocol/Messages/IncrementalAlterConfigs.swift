// SPDX-License-Identifier: Apache-2.0

/// Changes single configurations.
///
/// IncrementalAlterConfigs (key 44), versions 0 to 1, flexible from 1; KIP-339.
public struct IncrementalAlterConfigsRequest: RequestMessage {
    public typealias Response = IncrementalAlterConfigsResponse
    public static var apiKey: APIKey { .incrementalAlterConfigs }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 1 }

    public var resources: [AlterConfigsResource] = []
    public var validateOnly: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.array(&resources)
        try wire.bool(&validateOnly)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A topic, broker or the like, and what is to change.
    public struct AlterConfigsResource: WireStructure {
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

    /// A change of one configuration: set, delete, append to a list, or subtract from it.
    public struct AlterableConfig: WireStructure {
        public var name: String = ""
        public var configOperation: Int8 = 0
        public var value: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name)
            try wire.int8(&configOperation)
            try wire.nullableString(&value)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `IncrementalAlterConfigsRequest`.
public struct IncrementalAlterConfigsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .incrementalAlterConfigs }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { 1 }

    public var throttleTimeMs: Int32 = 0
    public var responses: [AlterConfigsResourceResponse] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.array(&responses)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one resource has been changed.
    public struct AlterConfigsResourceResponse: WireStructure {
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
