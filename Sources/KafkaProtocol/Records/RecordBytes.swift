// SPDX-License-Identifier: Apache-2.0

/// Reads the parts of records: zigzag variable-length integers and runs of bytes; never past the end.
struct RecordBytes {
    private(set) var position: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>

    @inline(__always)
    init(_ position: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>) {
        self.position = position
        self.end = end
    }

    @inline(__always)
    var remaining: Int { end - position }

    /// Up to five bytes; bits beyond the 32nd are ignored, as Kafka does.
    @inline(__always)
    mutating func varint() throws(RecordError) -> Int32 {
        let raw = UInt32(truncatingIfNeeded: try variableLength(maxBytes: 5))
        return Int32(bitPattern: raw >> 1) ^ -Int32(bitPattern: raw & 1)
    }

    /// Up to ten bytes.
    @inline(__always)
    mutating func varlong() throws(RecordError) -> Int64 {
        let raw = try variableLength(maxBytes: 10)
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// `count` bytes, nil if it is negative.
    @inline(__always)
    mutating func nullableBytes(_ count: Int32) throws(RecordError) -> UnsafeRawBufferPointer? {
        guard count >= 0 else { return nil }
        return try bytes(Int(count))
    }

    @inline(__always)
    mutating func bytes(_ count: Int) throws(RecordError) -> UnsafeRawBufferPointer {
        guard count <= remaining else { throw Self.missing(count, remaining) }
        defer { position += count }
        return UnsafeRawBufferPointer(start: position, count: count)
    }

    @inline(__always)
    private mutating func variableLength(maxBytes: Int) throws(RecordError) -> UInt64 {
        guard position < end else { throw Self.missing(1, 0) }
        let first = position[0]
        if first < 0x80 {
            position += 1
            return UInt64(first)
        }
        // Most records are longer than 63 bytes, and few than 8 KiB.
        if position + 1 < end, position[1] < 0x80 {
            defer { position += 2 }
            return UInt64(first & 0x7f) | UInt64(position[1]) << 7
        }
        return try longVariableLength(maxBytes: maxBytes)
    }

    private mutating func longVariableLength(maxBytes: Int) throws(RecordError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<min(maxBytes, remaining) {
            let byte = position[index]
            value |= UInt64(byte & 0x7f) &<< UInt64(7 * index)
            if byte < 0x80 {
                position += index + 1
                return value
            }
        }
        throw remaining < maxBytes ? Self.missing(remaining + 1, remaining) : Self.endlessInteger(maxBytes)
    }

    @inline(never)
    private static func missing(_ needed: Int, _ available: Int) -> RecordError {
        .invalidRecord("Found invalid record structure: \(needed) bytes expected, \(available) left")
    }

    @inline(never)
    private static func endlessInteger(_ maxBytes: Int) -> RecordError {
        .invalidRecord("Found invalid record structure: an integer takes more than \(maxBytes) bytes")
    }
}
