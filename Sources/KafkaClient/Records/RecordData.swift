// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// A record's key or value, or the value of a header: bytes of its own, which Kafka does not look into.
///
/// ```swift
/// let greeting: RecordData = "hello"
/// print(greeting.count, greeting.string ?? "no text")
/// ```
public struct RecordData: Sendable, Hashable {
    /// The bytes.
    public let bytes: [UInt8]

    /// Text, as UTF-8.
    public init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// A copy of any sequence of bytes: an array, Foundation's `Data`, a `ByteBufferView`.
    public init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// A copy of what can be read from the buffer.
    public init(_ buffer: ByteBuffer) { bytes = Array(buffer.readableBytesView) }

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = Array(bytes) }

    /// As text; nil if the bytes are not UTF-8.
    public var string: String? { String(validating: bytes, as: UTF8.self) }
}

extension RecordData: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { bytes.count }
    public subscript(position: Int) -> UInt8 { bytes[position] }

    /// Calls `body` with the bytes where they are; they live only during the call.
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try bytes.withContiguousStorageIfAvailable(body)
    }
}

extension RecordData: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// `"hello"`, as UTF-8.
    public init(stringLiteral text: String) { self.init(text) }

    /// `[0x68, 0x69]`.
    public init(arrayLiteral elements: UInt8...) { self.init(elements) }
}

extension RecordData: CustomStringConvertible {
    /// The text, or how many bytes there are if they are none.
    public var description: String { string ?? "\(count) bytes" }
}
