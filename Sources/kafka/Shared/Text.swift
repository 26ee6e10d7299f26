// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension String {
    /// Java's `%-Ns`: spaces behind a short text, nothing cut from a long one.
    func padded(_ width: Int) -> String {
        let missing = width - count
        return missing > 0 ? self + String(repeating: " ", count: missing) : self
    }

    /// Java's `%Ns`.
    func padded(left width: Int) -> String {
        let missing = width - count
        return missing > 0 ? String(repeating: " ", count: missing) + self : self
    }

    /// Without white space at both ends.
    var trimmed: String {
        let front = drop(while: \.isWhitespace)
        guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(front[...last])
    }
}

/// The pieces between commas, without white space and empty ones.
func commaSeparated(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are the same.
    @inline(__always)
    func isSame(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        return count == 0 || memcmp(baseAddress!, other.baseAddress!, count) == 0
    }

    /// A part, with an address of its own.
    @inline(__always)
    func part(_ range: some RangeExpression<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range.relative(to: self)])
    }

    /// Where `part`, which has a byte at least, first begins.
    func firstIndex(of part: [UInt8]) -> Int? {
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
