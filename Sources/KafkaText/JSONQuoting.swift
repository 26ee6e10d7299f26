// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

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
        default: return escape(Unicode.Scalar(byte), to: out)
        }
        return 2
    }

    /// `\uNNNN`, in upper case as Jackson writes it; of characters that four digits are enough for.
    static func escape(_ scalar: Unicode.Scalar, to out: UnsafeMutablePointer<UInt8>) -> Int {
        out[0] = UInt8(ascii: "\\")
        out[1] = UInt8(ascii: "u")
        for place in 0..<4 {
            let digit = UInt8(truncatingIfNeeded: scalar.value >> UInt32(12 - 4 * place) & 15)
            out[2 + place] = digit < 10 ? 48 + digit : 55 + digit
        }
        return 6
    }

    /// Whether a terminal must not see what JSON may hold as it is.
    static func onlyHides(_ scalar: Unicode.Scalar) -> Bool { scalar.value > 0x7E && VisibleText.hides(scalar) }
}
