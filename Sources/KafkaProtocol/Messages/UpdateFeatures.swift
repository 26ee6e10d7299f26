// SPDX-License-Identifier: Apache-2.0

/// Changes levels of features.
///
/// UpdateFeatures (key 57), versions 0 to 2, flexible from 0; KIP-584, KIP-778.
///
/// Version 1 adds `upgradeType`, `validateOnly` and drops `allowDowngrade`.
public struct UpdateFeaturesRequest: RequestMessage {
    public typealias Response = UpdateFeaturesResponse
    public static var apiKey: APIKey { .updateFeatures }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var timeoutMs: Int32 = 60000
    public var featureUpdates: [FeatureUpdateKey] = []
    public var validateOnly: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&timeoutMs)
        try wire.array(&featureUpdates)
        try wire.bool(&validateOnly, since: 1)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A feature and the level that it is to have.
    public struct FeatureUpdateKey: WireStructure {
        public var feature: String = ""
        public var maxVersionLevel: Int16 = 0
        public var allowDowngrade: Bool = false
        public var upgradeType: Int8 = 1
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&feature)
            try wire.int16(&maxVersionLevel)
            try wire.bool(&allowDowngrade, until: 0)
            try wire.int8(&upgradeType, since: 1, default: 1)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}

/// Answers `UpdateFeaturesRequest`.
///
/// Version 2 drops `results`.
public struct UpdateFeaturesResponse: ThrottledResponse {
    public static var apiKey: APIKey { .updateFeatures }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var results: [UpdatableFeatureResult] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.array(&results, until: 1, ignorable: true)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// Whether one feature has its new level.
    public struct UpdatableFeatureResult: WireStructure {
        public var feature: String = ""
        public var errorCode: ErrorCode = .none
        public var errorMessage: String? = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&feature)
            try wire.errorCode(&errorCode)
            try wire.nullableString(&errorMessage)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
