// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// What precedes every request: version 1, or 2 with tagged fields for flexible requests.
public struct RequestHeader: Sendable, Equatable {
    /// Which API is asked.
    public var apiKey: APIKey = .produce
    /// The version of request and answer.
    public var apiVersion: Int16 = 0
    /// The client's number for the request, which the answer repeats.
    public var correlationID: Int32 = 0
    /// Null is legal and means a client without a name.
    public var clientID: String? = nil
    var unknownTaggedFields = UnknownTaggedFields()

    /// A header to write.
    public init(apiKey: APIKey, apiVersion: Int16, correlationID: Int32, clientID: String?) {
        self.apiKey = apiKey
        self.apiVersion = apiVersion
        self.correlationID = correlationID
        self.clientID = clientID
    }

    /// Reads key, version, correlation id and client id, which all versions begin with.
    /// The tagged fields of version 2 are read by `finish`, once the version of the request is known to exist.
    public init(decoding buffer: inout ByteBuffer) throws(WireError) {
        var wire = Wire(reading: buffer, version: 1, isFlexible: false)
        try wire.integer(&apiKey.rawValue)
        try wire.int16(&apiVersion)
        try wire.int32(&correlationID)
        try wire.nullableString(&clientID)
        buffer = wire.finish()
    }

    /// Reads the tagged fields that follow in a flexible request.
    public mutating func finish(_ buffer: inout ByteBuffer, isFlexible: Bool) throws(WireError) {
        guard isFlexible else { return }
        var wire = Wire(reading: buffer, version: 2, isFlexible: true)
        try wire.taggedFields(&unknownTaggedFields)
        buffer = wire.finish()
    }

    /// - Throws: `WireError.tooLong` for a client id of more than 32,767 bytes.
    public func encode(into buffer: inout ByteBuffer, isFlexible: Bool) throws(WireError) {
        let clientIDLength = clientID?.utf8.count ?? -1
        guard let clientIDLength = Int16(exactly: clientIDLength) else { throw .tooLong(clientIDLength) }
        buffer.writeInteger(apiKey.rawValue)
        buffer.writeInteger(apiVersion)
        buffer.writeInteger(correlationID)
        // The client id keeps its 16-bit length in version 2, so that any broker can read it.
        buffer.writeInteger(clientIDLength)
        if let clientID { buffer.writeString(clientID) }
        if isFlexible { buffer.writeInteger(UInt8(0)) }
    }
}

/// What precedes every response: version 0, or 1 with tagged fields for flexible ones but ApiVersions.
public enum ResponseHeader {
    /// Whether responses of `apiKey` carry tagged fields in their header. ApiVersions never does, because its client
    /// can't know yet what the broker speaks (KIP-511).
    public static func hasTaggedFields(_ apiKey: APIKey, isFlexible: Bool) -> Bool {
        isFlexible && apiKey != .apiVersions
    }

    /// Writes a response's header: with tagged fields, version 1.
    public static func encode(correlationID: Int32, hasTaggedFields: Bool, into buffer: inout ByteBuffer) {
        buffer.writeInteger(correlationID)
        if hasTaggedFields { buffer.writeInteger(UInt8(0)) }
    }

    /// Reads the tagged fields behind the correlation id.
    public static func skipTaggedFields(_ buffer: inout ByteBuffer) throws(WireError) {
        var wire = Wire(reading: buffer, version: 1, isFlexible: true)
        var unknown = UnknownTaggedFields()
        try wire.taggedFields(&unknown)
        buffer = wire.finish()
    }
}
