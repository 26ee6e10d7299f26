// SPDX-License-Identifier: Apache-2.0

/// Key 16 of `__consumer_offsets`: the topics that a pattern of a group matches (KIP-848).
public struct ConsumerGroupRegularExpressionKey: CoordinatorKey {
    public typealias Value = ConsumerGroupRegularExpressionValue
    public static var recordType: Int16 { 16 }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { nil }

    public var groupID: String = ""
    public var regularExpression: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&groupID)
        try wire.string(&regularExpression)
    }
}

/// Value behind `ConsumerGroupRegularExpressionKey`; without one the key is deleted.
public struct ConsumerGroupRegularExpressionValue: Message {
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var topics: [String] = []
    public var version: Int64 = 0
    public var timestamp: Int64 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&topics)
        try wire.int64(&version)
        try wire.int64(&timestamp)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
