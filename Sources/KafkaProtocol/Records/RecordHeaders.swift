// SPDX-License-Identifier: Apache-2.0

/// The headers of one record, read in place; pointers live only as long as the record's.
public struct RecordHeaders: Sequence {
    /// A header's key is text in UTF-8, not checked; keys may repeat.
    public typealias Element = (key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?)

    /// How many there are.
    public let count: Int
    /// The headers as they are written, after their count; whoever makes one has checked them.
    let bytes: UnsafeRawBufferPointer

    init(count: Int, bytes: UnsafeRawBufferPointer) {
        self.count = count
        self.bytes = bytes
    }

    /// No headers.
    public static var none: RecordHeaders {
        RecordHeaders(count: 0, bytes: UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Whether there are none.
    public var isEmpty: Bool { count == 0 }
    public var underestimatedCount: Int { count }

    public func makeIterator() -> Iterator {
        Iterator(headers: self)
    }

    public struct Iterator: IteratorProtocol {
        private var rest: RecordBytes?

        init(headers: RecordHeaders) {
            guard headers.count > 0, let start = headers.bytes.baseAddress else { return }
            let first = start.assumingMemoryBound(to: UInt8.self)
            rest = RecordBytes(first, end: first + headers.bytes.count)
        }

        public mutating func next() -> Element? {
            guard var bytes = rest, bytes.remaining > 0 else { return nil }
            // Checked before, so this finds no error.
            let header = try? RecordHeaders.read(&bytes)
            rest = bytes
            return header
        }
    }

    @inline(__always)
    static func read(_ bytes: inout RecordBytes) throws(RecordError) -> Element {
        let keyCount = try bytes.varint()
        guard let key = try bytes.nullableBytes(keyCount) else {
            throw .invalidRecord("Invalid negative header key size \(keyCount)")
        }
        return (key, try bytes.nullableBytes(try bytes.varint()))
    }
}

/// Headers to append to records: written once, used as often as needed.
public struct EncodedRecordHeaders: Sendable, Hashable {
    /// How many there are.
    public private(set) var count = 0
    private var bytes: [UInt8] = []

    public init() {}

    /// `key` is text in UTF-8.
    public mutating func append(key: some Collection<UInt8>, value: (some Collection<UInt8>)?) {
        count += 1
        appendBytes(key)
        if let value {
            appendBytes(value)
        } else {
            bytes.append(0x01)
        }
    }

    /// A header with a key as text; a nil value is not the same as no bytes.
    public mutating func append(key: String, value: [UInt8]?) {
        append(key: key.utf8, value: value)
    }

    /// Empties it and keeps its memory.
    public mutating func removeAll() {
        count = 0
        bytes.removeAll(keepingCapacity: true)
    }

    /// Calls `body` with the headers, which live only during the call.
    public func withHeaders<Result>(_ body: (RecordHeaders) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(RecordHeaders(count: count, bytes: $0)) }
    }

    private mutating func appendBytes(_ run: some Collection<UInt8>) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 10) { length in
            let start = length.baseAddress!
            let end = RecordVarint.write(RecordVarint.zigzag(length: run.count), to: start)
            bytes.append(contentsOf: length[..<(end - start)])
        }
        bytes.append(contentsOf: run)
    }
}
