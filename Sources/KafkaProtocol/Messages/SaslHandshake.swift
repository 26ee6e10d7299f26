// SPDX-License-Identifier: Apache-2.0

/// Begins a login with a SASL mechanism.
///
/// SaslHandshake (key 17), versions 0 to 1, never flexible; KIP-43, KIP-152.
public struct SaslHandshakeRequest: RequestMessage {
    public typealias Response = SaslHandshakeResponse
    public static var apiKey: APIKey { .saslHandshake }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { nil }

    public var mechanism: String = ""

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.string(&mechanism)
    }
}

/// Answers `SaslHandshakeRequest`.
public struct SaslHandshakeResponse: ResponseMessage {
    public static var apiKey: APIKey { .saslHandshake }
    public static var versions: ClosedRange<Int16> { 0...1 }
    public static var flexibleSince: Int16? { nil }

    public var errorCode: ErrorCode = .none
    public var mechanisms: [String] = []

    public init() {}

    public mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.errorCode(&errorCode)
        try wire.strings(&mechanisms)
    }
}
