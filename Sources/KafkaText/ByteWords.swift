// SPDX-License-Identifier: Apache-2.0

/// Eight bytes at a time: where in a text the next byte stands that needs a closer look.
///
/// Each test marks bytes by their highest bit. Behind the first mark others may be wrong, as a subtraction borrows from
/// the next byte; the first is right, and only that is used.
package enum ByteWords {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    package static func load(_ pointer: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(pointer).loadUnaligned(as: UInt64.self))
    }

    /// Bytes that JSON's strings can't hold as they are: control characters, quotes, backslashes.
    @inline(__always)
    package static func escaped(_ word: UInt64) -> UInt64 {
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | zeros(word ^ ones &* 0x22) | zeros(word ^ ones &* 0x5C)) & highs
    }

    /// Bytes that are no ASCII.
    @inline(__always)
    package static func foreign(_ word: UInt64) -> UInt64 { word & highs }

    /// Of eight bytes, how many stand before the first mark; 8 if there is none.
    @inline(__always)
    package static func before(_ marks: UInt64) -> Int { marks.trailingZeroBitCount >> 3 }

    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
}
