// SPDX-License-Identifier: Apache-2.0

/// Commits or aborts a transaction.
///
/// EndTxn (key 26), versions 0 to 5, flexible from 3; KIP-98, KIP-890.
public struct EndTxnRequest: RequestMessage {
    public typealias Response = EndTxnResponse
    public static var apiKey: APIKey { .endTxn }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var transactionalID: String = ""
    public var producerID: Int64 = 0
    public var producerEpoch: Int16 = 0
    public var committed: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.bool(&committed)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `EndTxnRequest`.
///
/// Version 5 adds `producerID`, `producerEpoch`.
public struct EndTxnResponse: ThrottledResponse {
    public static var apiKey: APIKey { .endTxn }
    public static var versions: ClosedRange<Int16> { 0...5 }
    public static var flexibleSince: Int16? { 3 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var producerID: Int64 = -1
    public var producerEpoch: Int16 = -1
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.int64(&producerID, since: 5, ignorable: true)
        try wire.int16(&producerEpoch, since: 5, ignorable: true)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
