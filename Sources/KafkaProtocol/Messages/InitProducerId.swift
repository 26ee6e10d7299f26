// SPDX-License-Identifier: Apache-2.0

/// Gives a producer its id and epoch.
///
/// InitProducerId (key 22), versions 0 to 6, flexible from 2; KIP-98, KIP-360, KIP-588, KIP-890, KIP-939.
///
/// Version 3 adds `producerID`, `producerEpoch`; version 6 adds `enable2Pc`, `keepPreparedTxn`.
public struct InitProducerIdRequest: RequestMessage {
    public typealias Response = InitProducerIdResponse
    public static var apiKey: APIKey { .initProducerID }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 2 }

    public var transactionalID: String? = ""
    public var transactionTimeoutMs: Int32 = 0
    public var producerID: Int64 = -1
    public var producerEpoch: Int16 = -1
    public var enable2Pc: Bool = false
    public var keepPreparedTxn: Bool = false
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.nullableString(&transactionalID)
        try wire.int32(&transactionTimeoutMs)
        try wire.int64(&producerID, since: 3, default: -1)
        try wire.int16(&producerEpoch, since: 3, default: -1)
        try wire.bool(&enable2Pc, since: 6)
        try wire.bool(&keepPreparedTxn, since: 6)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `InitProducerIdRequest`.
///
/// Version 6 adds `ongoingTxnProducerID`, `ongoingTxnProducerEpoch`.
public struct InitProducerIdResponse: ThrottledResponse {
    public static var apiKey: APIKey { .initProducerID }
    public static var versions: ClosedRange<Int16> { 0...6 }
    public static var flexibleSince: Int16? { 2 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var producerID: Int64 = -1
    public var producerEpoch: Int16 = 0
    public var ongoingTxnProducerID: Int64 = -1
    public var ongoingTxnProducerEpoch: Int16 = -1
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.int64(&producerID)
        try wire.int16(&producerEpoch)
        try wire.int64(&ongoingTxnProducerID, since: 6, default: -1)
        try wire.int16(&ongoingTxnProducerEpoch, since: 6, default: -1)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
