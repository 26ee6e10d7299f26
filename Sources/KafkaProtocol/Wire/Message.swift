// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// A structure inside a message, or a message itself.
public protocol WireStructure: Sendable, Equatable {
    /// All fields at their defaults.
    init()
    /// Visits every field in wire order.
    mutating func fields(_ wire: inout Wire) throws(WireError)
}

extension WireStructure {
    /// A structure with some fields set: `Topic { $0.name = "orders" }`.
    @inlinable
    public init(_ configure: (inout Self) -> Void) {
        self.init()
        configure(&self)
    }
}

/// A structure that stands on its own and has versions: a request, a response, a record of an internal topic.
public protocol Message: WireStructure {
    /// Those that there are; decoding or encoding another one is an error.
    static var versions: ClosedRange<Int16> { get }
    /// The first version with compact lengths and tagged fields (KIP-482); nil if there is none.
    static var flexibleSince: Int16? { get }
    /// Whether a field that is set is left out, rather than an error, where the version lacks it.
    static var dropsNewerFields: Bool { get }
}

/// A request, which knows its API key and its response.
public protocol RequestMessage: Message {
    /// What the answer is.
    associatedtype Response: ResponseMessage
    /// The number of the API.
    static var apiKey: APIKey { get }
}

/// A response, which knows its API key.
public protocol ResponseMessage: Message {
    /// The number of the API.
    static var apiKey: APIKey { get }
}

/// A response that can tell its client that it went beyond a quota.
public protocol ThrottledResponse: ResponseMessage {
    /// For how many milliseconds the broker takes nothing more from the client; the client, too, waits so long (KIP-219).
    var throttleTimeMs: Int32 { get set }
}

/// A record of `__cluster_metadata`.
public protocol MetadataRecord: Message {
    /// The number that stands before the record: what kind of record it is.
    static var recordType: Int16 { get }
}

/// The key of a record in an internal topic of a coordinator, behind its type in 16 bits.
public protocol CoordinatorKey: Message {
    /// What is stored under the key.
    associatedtype Value: Message
    /// The number that the key begins with: what kind of key it is.
    static var recordType: Int16 { get }
}

extension ResponseMessage {
    /// An older client is told what it can understand.
    public static var dropsNewerFields: Bool { true }
}

extension Message {
    /// A request that can't carry what it is meant to say must not be sent.
    public static var dropsNewerFields: Bool { false }

    /// Whether lengths are compact and fields may be tagged in this version (KIP-482).
    public static func isFlexible(_ version: Int16) -> Bool { flexibleSince.map { version >= $0 } ?? false }

    /// Reads a message that takes up all of `buffer`; byte and record fields are slices of it.
    /// - Throws: `WireError` for a version that does not exist and for bytes that are not the message.
    public static func decode(_ buffer: ByteBuffer, version: Int16) throws(WireError) -> Self {
        var rest = buffer
        let message = try decode(prefixOf: &rest, version: version)
        guard rest.readableBytes == 0 else { throw .trailingBytes(rest.readableBytes) }
        return message
    }

    /// Reads a message that `buffer` begins with, and moves behind it.
    public static func decode(prefixOf buffer: inout ByteBuffer, version: Int16) throws(WireError) -> Self {
        guard versions.contains(version) else { throw .unsupportedVersion(version) }
        var message = Self()
        var wire = Wire(reading: buffer, version: version, isFlexible: isFlexible(version))
        try message.fields(&wire)
        buffer = wire.finish()
        return message
    }

    /// Appends the message to `buffer`.
    /// - Returns: the places for record fields that are `.deferred`, as indexes into `buffer`.
    /// - Throws: `WireError` for a version that does not exist, and if the version can't carry a field that is set.
    @discardableResult
    public func encode(into buffer: inout ByteBuffer, version: Int16) throws(WireError) -> [Wire.Gap] {
        guard Self.versions.contains(version) else { throw .unsupportedVersion(version) }
        var copy = self
        // The wire takes the buffer over and gives it back, so that appending never copies what is there.
        var wire = Wire(
            writingTo: exchange(&buffer, for: ByteBuffer()), version: version, isFlexible: Self.isFlexible(version),
            dropsNewerFields: Self.dropsNewerFields)
        do throws(WireError) { try copy.fields(&wire) } catch {
            buffer = wire.finish()
            throw error
        }
        let gaps = wire.gaps
        buffer = wire.finish()
        return gaps
    }

    /// The message in a buffer of its own, as `encode` writes it.
    public func encoded(version: Int16) throws(WireError) -> ByteBuffer {
        var buffer = ByteBuffer()
        try encode(into: &buffer, version: version)
        return buffer
    }
}

private func exchange<T>(_ value: inout T, for replacement: consuming T) -> T {
    var result = replacement
    swap(&value, &result)
    return result
}
