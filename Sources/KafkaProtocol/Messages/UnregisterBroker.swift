// SPDX-License-Identifier: Apache-2.0

/// Lets the cluster forget a broker.
///
/// UnregisterBroker (key 64), versions 0, flexible from 0; KIP-631.
public struct UnregisterBrokerRequest: RequestMessage {
    public typealias Response = UnregisterBrokerResponse
    public static var apiKey: APIKey { .unregisterBroker }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var brokerID: Int32 = 0
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&brokerID)
        try wire.taggedFields(&unknownTaggedFields)
    }
}

/// Answers `UnregisterBrokerRequest`.
public struct UnregisterBrokerResponse: ThrottledResponse {
    public static var apiKey: APIKey { .unregisterBroker }
    public static var versions: ClosedRange<Int16> { 0...0 }
    public static var flexibleSince: Int16? { 0 }

    public var throttleTimeMs: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var unknownTaggedFields = UnknownTaggedFields()

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int32(&throttleTimeMs)
        try wire.errorCode(&errorCode)
        try wire.nullableString(&errorMessage)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
