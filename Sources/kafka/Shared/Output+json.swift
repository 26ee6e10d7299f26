// SPDX-License-Identifier: Apache-2.0

extension Output.Buffer {
    /// A string of JSON, quotes and all.
    /// - Parameter text: UTF-8, which is not checked.
    mutating func append(json text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        // In pieces, each of which fits the buffer even if all of it must be escaped.
        var start = 0
        while start < text.count {
            let piece = text.part(start..<min(start + Self.pieceSize, text.count))
            append(space: piece.count * 6 + 8) { Self.escape(piece, to: $0) }
            start += piece.count
        }
        append(UInt8(ascii: "\""))
    }

    mutating func append(json text: String) {
        var text = text
        text.withUTF8 { append(json: UnsafeRawBufferPointer($0)) }
    }

    /// A string of JSON that is the base64 of any bytes.
    mutating func append(base64 bytes: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        var start = 0
        while start < bytes.count {
            // A multiple of three, so that the pieces make one text.
            let piece = bytes.part(start..<min(start + Self.pieceSize, bytes.count))
            append(space: Base64.encodedCount(piece.count)) { Base64.encode(piece, to: $0) }
            start += piece.count
        }
        append(UInt8(ascii: "\""))
    }

    private static var pieceSize: Int { 9216 }

    private static func escape(_ text: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>) -> Int {
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
