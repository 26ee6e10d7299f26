// SPDX-License-Identifier: Apache-2.0

/// Lists the transactions of a coordinator.
///
/// ListTransactions (key 66), versions 0 to 2, flexible from 0; KIP-664, KIP-994.
///
/// Version 1 adds `durationFilter`; version 2 adds `transactionalIDPattern`.
public struct ListTransactionsRequest: RequestMessage {
    public typealias Response = ListTransactionsResponse
    public static var apiKey: APIKey { .listTransactions }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var stateFilters: [String] = []
    public var producerIDFilters: [Int64] = []
    public var durationFilter: Int64 = -1
    public var transactionalIDPattern: String? = nil
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.strings(&stateFilters)
        try wire.int64s(&producerIDFilters)
        try wire.int64(&durationFilter, since: 1, default: -1)
        try wire.nullableString(&transactionalIDPattern, since: 2)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `ListTransactionsRequest`.
public struct ListTransactionsResponse: ThrottledResponse {
    public static var apiKey: APIKey { .listTransactions }
    public static var versions: ClosedRange<Int16> { 0...2 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var unknownStateFilters: [String] = []
    public var transactionStates: [TransactionState] = []
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.strings(&unknownStateFilters)
        try wire.array(&transactionStates)
        try wire.taggedFields(&unknownTaggedFields)
    }

    /// A transactional id, with its producer and state.
    public struct TransactionState: WireStructure {
        public var transactionalID: String = ""
        public var producerID: Int64 = 0
        public var transactionState: String = ""
        public var unknownTaggedFields = UnknownTaggedFields()

        public init() {}

        public mutating func fields(_ wire: inout Wire) throws(WireError) {
            try wire.string(&transactionalID)
            try wire.int64(&producerID)
            try wire.string(&transactionState)
            try wire.taggedFields(&unknownTaggedFields)
        }
    }
}
