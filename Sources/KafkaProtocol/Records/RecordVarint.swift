// SPDX-License-Identifier: Apache-2.0

/// Writes the variable-length integers of records: zigzag, seven bits a byte, the lowest first.
enum RecordVarint {
    @inline(__always)
    static func zigzag(_ value: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: value << 1 ^ value >> 31))
    }

    @inline(__always)
    static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: value << 1 ^ value >> 63)
    }

    /// The zigzag form of a length, which must be below 2^31.
    @inline(__always)
    static func zigzag(length: Int) -> UInt64 {
        UInt64(truncatingIfNeeded: length) &<< 1
    }

    /// Bytes that `write` takes.
    @inline(__always)
    static func byteCount(_ zigzag: UInt64) -> Int {
        if zigzag < 0x80 { return 1 }
        if zigzag < 0x4000 { return 2 }
        return (70 - zigzag.leadingZeroBitCount) / 7
    }

    /// Writes and returns where the next byte goes.
    @inline(__always)
    static func write(_ zigzag: UInt64, to position: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        if zigzag < 0x80 {
            position[0] = UInt8(truncatingIfNeeded: zigzag)
            return position + 1
        }
        if zigzag < 0x4000 {
            position[0] = UInt8(truncatingIfNeeded: zigzag | 0x80)
            position[1] = UInt8(truncatingIfNeeded: zigzag >> 7)
            return position + 2
        }
        return writeLong(zigzag, to: position)
    }

    private static func writeLong(
        _ zigzag: UInt64, to position: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var rest = zigzag
        var position = position
        while rest >= 0x80 {
            position[0] = UInt8(truncatingIfNeeded: rest | 0x80)
            position += 1
            rest >>= 7
        }
        position[0] = UInt8(truncatingIfNeeded: rest)
        return position + 1
    }
}
