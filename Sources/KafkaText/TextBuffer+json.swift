// SPDX-License-Identifier: Apache-2.0

extension TextBuffer {
    /// A string of JSON, quotes and all.
    /// - Parameter text: UTF-8, which is not checked.
    package mutating func append(json text: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        append(escaping: text)
        append(UInt8(ascii: "\""))
    }

    package mutating func append(json text: String) {
        var text = text
        text.withUTF8 { append(json: UnsafeRawBufferPointer($0)) }
    }

    /// A string of JSON that is the base64 of any bytes.
    package mutating func append(base64 bytes: UnsafeRawBufferPointer) {
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

    /// A string of JSON that may be shown at a terminal: what `VisibleText` hides is escaped as well.
    package mutating func append(visibleJSON text: String) {
        append(UInt8(ascii: "\""))
        var rest = text.unicodeScalars[...]
        while let index = rest.firstIndex(where: JSONQuoting.onlyHides) {
            append(escaping: rest[..<index])
            append(space: 6) { JSONQuoting.escape(rest[index], to: $0) }
            rest = rest[rest.index(after: index)...]
        }
        append(escaping: rest)
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escaping text: Substring.UnicodeScalarView) {
        var text = Substring(text)
        text.withUTF8 { append(escaping: UnsafeRawBufferPointer($0)) }
    }

    /// In pieces, each of which fits the buffer even if all of it must be escaped.
    private mutating func append(escaping text: UnsafeRawBufferPointer) {
        var start = 0
        while start < text.count {
            let piece = text.part(start..<min(start + Self.pieceSize, text.count))
            append(space: piece.count * 6 + 8) { JSONQuoting.escape(piece, to: $0) }
            start += piece.count
        }
    }

    private static var pieceSize: Int { 9216 }
}
