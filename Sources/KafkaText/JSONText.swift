// SPDX-License-Identifier: Apache-2.0

/// What stands between the quotes of a JSON string, checked by the scanner that found it; it lives as long as the bytes
/// that were scanned.
package struct JSONText {
    package let bytes: UnsafeRawBufferPointer
    package let hasEscapes: Bool

    /// Writes the text without its escapes.
    /// - Parameter out: has room for as many bytes as `bytes`, which is never too few, and eight more.
    /// - Returns: bytes written.
    package func decode(to out: UnsafeMutablePointer<UInt8>) -> Int {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        let end = bytes.count
        var at = 0
        var count = 0
        while at < end {
            if at + 8 <= end {
                let word = ByteWords.load(base + at)
                // Eight bytes are written whatever they are; those from the backslash on are written over.
                UnsafeMutableRawPointer(out + count).storeBytes(of: word.littleEndian, as: UInt64.self)
                let plain = ByteWords.before(ByteWords.escaped(word))
                at += plain
                count += plain
                if plain == 8 { continue }
            }
            if base[at] == UInt8(ascii: "\\") {
                count += Self.unescape(base, &at, end, to: out + count)
            } else {
                out[count] = base[at]
                count += 1
                at += 1
            }
        }
        return count
    }

    private static func unescape(
        _ base: UnsafePointer<UInt8>, _ at: inout Int, _ end: Int, to out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let kind = base[at + 1]
        at += 2
        switch kind {
        case UInt8(ascii: "n"): out[0] = 10
        case UInt8(ascii: "t"): out[0] = 9
        case UInt8(ascii: "r"): out[0] = 13
        case UInt8(ascii: "b"): out[0] = 8
        case UInt8(ascii: "f"): out[0] = 12
        case UInt8(ascii: "u"):
            var code = hexadecimal(base + at)
            at += 4
            if (0xD800..<0xE000).contains(code) {
                let low = code < 0xDC00 ? lowSurrogate(base, at, end) : nil
                // Half a pair, which only a lenient scanner lets pass, is no character.
                code = low.map { 0x10000 + (code - 0xD800) << 10 + ($0 - 0xDC00) } ?? 0xFFFD
                if low != nil { at += 6 }
            }
            return UTF8Bytes.write(code, to: out)
        default: out[0] = kind
        }
        return 1
    }

    /// The second half of a pair, if its escape begins at `at`.
    private static func lowSurrogate(_ base: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> UInt32? {
        guard at + 6 <= end, base[at] == UInt8(ascii: "\\"), base[at + 1] == UInt8(ascii: "u") else { return nil }
        let code = hexadecimal(base + at + 2)
        return (0xDC00..<0xE000).contains(code) ? code : nil
    }

    private static func hexadecimal(_ digits: UnsafePointer<UInt8>) -> UInt32 {
        (0..<4).reduce(0) { $0 << 4 | UInt32(JSONScanner.hexadecimal(digits[$1]) ?? 0) }
    }

    package var string: String {
        guard hasEscapes else { return String(decoding: bytes, as: UTF8.self) }
        return withDecoded { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the text is `name`, however it is escaped.
    package func equals(_ name: UnsafeRawBufferPointer) -> Bool {
        guard hasEscapes else { return bytes.isSame(as: name) }
        return withDecoded { $0.isSame(as: name) }
    }

    /// The text without its escapes, for a moment.
    package func withDecoded<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count + 8) { out in
            let count = decode(to: out.baseAddress!)
            return body(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(out)[..<count]))
        }
    }
}
