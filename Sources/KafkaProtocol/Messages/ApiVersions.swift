// SPDX-License-Identifier: Apache-2.0

/// Tells the versions and features that a broker has; a connection's first request.
///
/// ApiVersions (key 18), versions 0 to 5, flexible from 3; KIP-35, KIP-511, KIP-584.
///
/// Version 3 adds `clientSoftwareName`, `clientSoftwareVersion`; version 5 adds `clusterID`, `nodeID`.
public struct ApiVersionsRequest: RequestMessage {
    public typealias Response = ApiVersionsResponse
    public static var apiKey: APIKey { .apiVersions }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var clientSoftwareName: String = ""
    public var clientSoftwareVersion: String = ""
    public var clusterID: String? = nil
    public var nodeID: Int32 = -1
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&clientSoftwareName, since: 3, ignorable: true)
        try wire.string(&clientSoftwareVersion, since: 3, ignorable: true)
        try wire.nullableString(&clusterID, since: 5, ignorable: true)
        try wire.int32(&nodeID, since: 5, ignorable: true)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `ApiVersionsRequest`.
///
/// Version 1 adds `throttleTimeMs`; version 3 adds `supportedFeatures`, `finalizedFeaturesEpoch`,
/// `finalizedFeatures`, `zkMigrationReady`.
public struct ApiVersionsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .apiVersions }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var errorCode: ErrorCode = .none
    public var apiKeys: [ApiVersion] = []
    public var throttleTimeMs: Int32 = 0
    public var supportedFeatures: [SupportedFeatureKey] = []
    public var finalizedFeaturesEpoch: Int64 = -1
    public var finalizedFeatures: [FinalizedFeatureKey] = []
    public var zkMigrationReady: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.array(&apiKeys)
        try wire.int32(&throttleTimeMs, since: 1, ignorable: true)
        unknownTaggedFields = try wire.taggedFields(unknownTaggedFields) { (tags) throws(WireError) in
            try tags.field(0, since: 3, isDefault: supportedFeatures.isEmpty) { (wire) throws(WireError) in
                try wire.array(&supportedFeatures)
            }
            try tags.field(1, since: 3, isDefault: finalizedFeaturesEpoch == -1) { (wire) throws(WireError) in
                try wire.int64(&finalizedFeaturesEpoch)
            }
            try tags.field(2, since: 3, isDefault: finalizedFeatures.isEmpty) { (wire) throws(WireError) in
                try wire.array(&finalizedFeatures)
            }
            try tags.field(3, since: 3, isDefault: !zkMigrationReady) { (wire) throws(WireError) in
                try wire.bool(&zkMigrationReady)
            }
        }
    }

    /// The versions of one API that the broker answers.
    public struct ApiVersion: WireStructure {
        public var apiKey: Int16 = 0
        public var minVersion: Int16 = 0
        public var maxVersion: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.int16(&apiKey)
            try wire.int16(&minVersion)
            try wire.int16(&maxVersion)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The levels of a feature that the broker could work at (KIP-584).
    public struct SupportedFeatureKey: WireStructure {
        public var name: String = ""
        public var minVersion: Int16 = 0
        public var maxVersion: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, since: 3)
            try wire.int16(&minVersion, since: 3)
            try wire.int16(&maxVersion, since: 3)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }

    /// The level of a feature that the cluster has agreed on (KIP-584).
    public struct FinalizedFeatureKey: WireStructure {
        public var name: String = ""
        public var maxVersionLevel: Int16 = 0
        public var minVersionLevel: Int16 = 0
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&name, since: 3)
            try wire.int16(&maxVersionLevel, since: 3)
            try wire.int16(&minVersionLevel, since: 3)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
