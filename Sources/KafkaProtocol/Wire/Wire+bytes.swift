// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension Wire {
    /// The width of a length that is not compact: strings have 16 bits, everything else 32.
    enum LengthWidth { case short, long }

    /// The length or count that comes next, checked against the bytes that are left; nil for null.
    mutating func readLength(_ width: LengthWidth) throws(WireError) -> Int? {
        let length: Int
        if isFlexible {
            length = Int(try readUnsignedVarint()) - 1
        } else if width == .short {
            guard let read = buffer.readInteger(as: Int16.self) else { throw .truncated }
            length = Int(read)
        } else {
            guard let read = buffer.readInteger(as: Int32.self) else { throw .truncated }
            length = Int(read)
        }
        if length == -1 { return nil }
        guard length >= 0, length <= buffer.readableBytes else { throw .invalidLength(length) }
        return length
    }

    mutating func writeLength(_ length: Int?, _ width: LengthWidth) throws(WireError) {
        if isFlexible {
            guard (length ?? 0) < Int32.max else { throw .tooLong(length ?? 0) }
            writeUnsignedVarint(length.map { UInt32($0 + 1) } ?? 0)
        } else if width == .short {
            guard let short = Int16(exactly: length ?? -1) else { throw .tooLong(length ?? 0) }
            buffer.writeInteger(short)
        } else {
            guard let long = Int32(exactly: length ?? -1) else { throw .tooLong(length ?? 0) }
            buffer.writeInteger(long)
        }
    }

    /// Text in UTF-8, behind its length in 16 bits, or a varint in flexible versions.
    @inline(never)
    public mutating func string(
        _ value: inout String, since: Int16 = 0, until: Int16 = .max, default standard: String = "",
        ignorable: Bool = false
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || value == standard) }
        if isReading {
            guard let length = try readLength(.short) else { throw .invalidLength(-1) }
            value = buffer.readString(length: length) ?? ""
        } else {
            try writeLength(value.utf8.count, .short)
            buffer.writeString(value)
        }
    }

    /// - Parameters:
    ///   - value: read from or written to the message.
    ///   - since: the first version that has the field.
    ///   - until: the last version that has it.
    ///   - nullable: the first version in which the field may be null.
    ///   - standard: the default, which versions without the field need not carry.
    ///   - ignorable: whether a version without the field may drop any value.
    @inline(never)
    public mutating func nullableString(
        _ value: inout String?, since: Int16 = 0, until: Int16 = .max, nullable: Int16 = 0,
        default standard: String? = nil, ignorable: Bool = false
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || value == standard) }
        if isReading {
            guard let length = try readLength(.short) else {
                guard version >= nullable else { throw .nullNotAllowed(version) }
                return value = nil
            }
            value = buffer.readString(length: length)
        } else if let value {
            try string(copying: value)
        } else {
            guard version >= nullable else { throw .nullNotAllowed(version) }
            try writeLength(nil, .short)
        }
    }

    private mutating func string(copying value: String) throws(WireError) {
        try writeLength(value.utf8.count, .short)
        buffer.writeString(value)
    }

    /// Bytes that mean nothing here; read as a slice, without a copy.
    @inline(never)
    public mutating func bytes(_ value: inout ByteBuffer) throws(WireError) {
        if isReading {
            guard let length = try readLength(.long) else { throw .invalidLength(-1) }
            value = buffer.readSlice(length: length) ?? ByteBuffer()
        } else {
            try writeLength(value.readableBytes, .long)
            buffer.writeImmutableBuffer(value)
        }
    }

    /// Bytes behind their length in 32 bits, or a varint in flexible versions; -1 or 0 for null.
    @inline(never)
    public mutating func nullableBytes(_ value: inout ByteBuffer?) throws(WireError) {
        if isReading {
            value = nil
            if let length = try readLength(.long) { value = buffer.readSlice(length: length) }
        } else {
            try writeLength(value?.readableBytes, .long)
            if let value { buffer.writeImmutableBuffer(value) }
        }
    }

    /// Record batches; read as a slice, without a copy.
    @inline(never)
    public mutating func records(_ value: inout RecordsField) throws(WireError) {
        if isReading {
            value = .null
            if let length = try readLength(.long), let slice = buffer.readSlice(length: length) {
                value = .bytes(slice)
            }
            return
        }
        switch value {
        case .null:
            try writeLength(nil, .long)
        case .bytes(let bytes):
            try writeLength(bytes.readableBytes, .long)
            buffer.writeImmutableBuffer(bytes)
        case .deferred(let byteCount):
            try writeLength(byteCount, .long)
            leaveGap(byteCount)
        }
    }
}

/// The record batches of a message, or a promise of them.
public enum RecordsField: Sendable, Equatable {
    /// No records, which is not the same as no bytes.
    case null
    /// Record batches, one after the other.
    case bytes(ByteBuffer)
    /// Only the length is written; the sender supplies the bytes at the gap (file regions, buffers sent as they are).
    case deferred(byteCount: Int)

    /// Bytes of record batches; 0 for null.
    public var byteCount: Int {
        switch self {
        case .null: 0
        case .bytes(let bytes): bytes.readableBytes
        case .deferred(let byteCount): byteCount
        }
    }
}
