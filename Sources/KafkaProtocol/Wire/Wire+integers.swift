// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension Wire {
    @inline(__always)
    mutating func integer<T: FixedWidthInteger>(_ value: inout T) throws(WireError) {
        if isReading {
            guard let read = buffer.readInteger(as: T.self) else { throw .truncated }
            value = read
        } else {
            buffer.writeInteger(value)
        }
    }

    @inline(__always)
    mutating func integer<T: FixedWidthInteger>(
        _ value: inout T, _ since: Int16, _ until: Int16, _ standard: T, _ ignorable: Bool
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || value == standard) }
        try integer(&value)
    }

    /// A number in one byte; see `Wire` for versions, defaults, and fields that may be dropped.
    @inline(never)
    public mutating func int8(
        _ value: inout Int8, since: Int16 = 0, until: Int16 = .max, default standard: Int8 = 0, ignorable: Bool = false
    ) throws(WireError) { try integer(&value, since, until, standard, ignorable) }

    /// A number in two bytes, the high one first.
    @inline(never)
    public mutating func int16(
        _ value: inout Int16, since: Int16 = 0, until: Int16 = .max, default standard: Int16 = 0,
        ignorable: Bool = false
    ) throws(WireError) { try integer(&value, since, until, standard, ignorable) }

    /// A number without a sign in two bytes, the high one first.
    @inline(never)
    public mutating func uint16(
        _ value: inout UInt16, since: Int16 = 0, until: Int16 = .max, default standard: UInt16 = 0,
        ignorable: Bool = false
    ) throws(WireError) { try integer(&value, since, until, standard, ignorable) }

    /// A number in four bytes, the highest first.
    @inline(never)
    public mutating func int32(
        _ value: inout Int32, since: Int16 = 0, until: Int16 = .max, default standard: Int32 = 0,
        ignorable: Bool = false
    ) throws(WireError) { try integer(&value, since, until, standard, ignorable) }

    /// A number in eight bytes, the highest first.
    @inline(never)
    public mutating func int64(
        _ value: inout Int64, since: Int16 = 0, until: Int16 = .max, default standard: Int64 = 0,
        ignorable: Bool = false
    ) throws(WireError) { try integer(&value, since, until, standard, ignorable) }

    /// A number with a point in eight bytes (IEEE 754), the highest first.
    @inline(never)
    public mutating func float64(_ value: inout Double) throws(WireError) {
        var bits = value.bitPattern
        try integer(&bits)
        value = Double(bitPattern: bits)
    }

    /// One byte: 0 for false.
    @inline(never)
    public mutating func bool(
        _ value: inout Bool, since: Int16 = 0, until: Int16 = .max, default standard: Bool = false,
        ignorable: Bool = false
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || value == standard) }
        var byte: UInt8 = value ? 1 : 0
        try integer(&byte)
        value = byte != 0
    }

    /// An error code in two bytes, the high one first.
    @inline(never)
    public mutating func errorCode(
        _ value: inout ErrorCode, since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) { try integer(&value.rawValue, since, until, 0, ignorable) }

    /// An id in 16 bytes.
    @inline(never)
    public mutating func uuid(
        _ value: inout KafkaUUID, since: Int16 = 0, until: Int16 = .max, ignorable: Bool = false
    ) throws(WireError) {
        guard applies(since, until) else { return try absent(mayDrop: ignorable || value == .zero) }
        try integer(&value.high)
        try integer(&value.low)
    }

    /// A length, count, tag or tag size: seven bits a byte, least significant first.
    mutating func readUnsignedVarint() throws(WireError) -> UInt32 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 35 {
            guard let byte = buffer.readInteger(as: UInt8.self) else { throw .truncated }
            result |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                guard let value = UInt32(exactly: result) else { throw .invalidVarint }
                return value
            }
            shift += 7
        }
        throw .invalidVarint
    }

    mutating func writeUnsignedVarint(_ value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }
}
