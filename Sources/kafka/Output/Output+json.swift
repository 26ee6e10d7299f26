// SPDX-License-Identifier: Apache-2.0

import KafkaText

extension Output.Buffer {
    /// A string of JSON, quotes and all.
    /// - Parameter text: UTF-8, which is not checked.
    mutating func append(json text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        // In pieces, each of which fits the buffer even if all of it must be escaped.
        var start = 0
        while start < text.count {
            let piece = text.part(start..<min(start + Self.pieceSize, text.count))
            append(space: piece.count * 6 + 8) { JSONQuoting.escape(piece, to: $0) }
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
}
