// SPDX-License-Identifier: Apache-2.0

public import Libc

extension UnsafeRawBufferPointer {
    /// Whether the bytes are the same.
    @inlinable @inline(__always)
    package func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        return count == 0 || memcmp(baseAddress!, other.baseAddress!, count) == 0
    }

    /// A part, with an address of its own.
    @inlinable @inline(__always)
    package func part(_ range: some RangeExpression<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range.relative(to: self)])
    }

    /// Where `part`, which has a byte at least, first begins.
    package func firstIndex(of part: [UInt8]) -> Int? {
        guard let base = baseAddress, count >= part.count else { return nil }
        var start = 0
        while start + part.count <= count,
            let found = memchr(base + start, Int32(part[0]), count - part.count - start + 1)
        {
            start = base.distance(to: UnsafeRawPointer(found))
            if self[start..<(start + part.count)].elementsEqual(part) { return start }
            start += 1
        }
        return nil
    }
}
