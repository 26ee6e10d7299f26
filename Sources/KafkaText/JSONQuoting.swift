// SPDX-License-Identifier: Apache-2.0

/// What JSON has between quotes.
package enum JSONQuoting {
    /// Writes the inside of a string of JSON.
    /// - Parameters:
    ///   - text: UTF-8, which is not checked.
    ///   - out: has room for six times as many bytes, and eight more.
    /// - Returns: bytes written.
    package static func escape(_ text: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>) -> Int {
        guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        let end = text.count
        var at = 0
        var count = 0
        while at < end {
            if at + 8 <= end {
                let word = ByteWords.load(base + at)
                // Eight bytes are written whatever they are; those from the first that needs an escape on are written
                // over.
                UnsafeMutableRawPointer(out + count).storeBytes(of: word.littleEndian, as: UInt64.self)
                let plain = ByteWords.before(ByteWords.escaped(word))
                at += plain
                count += plain
                if plain == 8 { continue }
            }
            count += escape(base[at], to: out + count)
            at += 1
        }
        return count
    }

    @inline(__always)
    private static func escape(_ byte: UInt8, to out: UnsafeMutablePointer<UInt8>) -> Int {
        out[0] = byte
        guard byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { return 1 }
        out[0] = UInt8(ascii: "\\")
        switch byte {
        case 10: out[1] = UInt8(ascii: "n")
        case 13: out[1] = UInt8(ascii: "r")
        case 9: out[1] = UInt8(ascii: "t")
        case 8: out[1] = UInt8(ascii: "b")
        case 12: out[1] = UInt8(ascii: "f")
        case 32...: out[1] = byte
        default:
            out[1] = UInt8(ascii: "u")
            out[2] = UInt8(ascii: "0")
            out[3] = UInt8(ascii: "0")
            out[4] = 48 + byte >> 4
            out[5] = byte & 15 < 10 ? 48 + byte & 15 : 87 + byte & 15
            return 6
        }
        return 2
    }
}
