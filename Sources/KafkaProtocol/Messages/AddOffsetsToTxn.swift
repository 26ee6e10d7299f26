// SPDX-License-Identifier: Apache-2.0

/// Adds a group's offsets to a transaction.
///
/// AddOffsetsToTxn (key 25), versions 0 to 4, flexible from 3; KIP-98, KIP-890.
public struct AddOffsetsToTxnRequest: RequestMessage {
    public typealias Response = AddOffsetsToTxnResponse
    public static var apiKey: APIKey { .addOffsetsToTxn }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var flexibleSince: Int16? { 3 }

    public var transactionalID: String = ""
    public var producerID: Int64 = 0
    public var producerEpoch: Int16 = 0
    public var groupID: String = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&transactionalID)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.string(&groupID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `AddOffsetsToTxnRequest`.
public struct AddOffsetsToTxnResponse: ThrottledResponse {
    public static var apiKey: APIKey { .addOffsetsToTxn }
    public static var versions: ClosedRange<Int16> { 0...4 }
    public static var flexibleSince: Int16? { 3 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
