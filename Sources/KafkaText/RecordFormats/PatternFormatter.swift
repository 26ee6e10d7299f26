// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// A format string in the manner of kcat: `%t %p %o %k %s\n`.
package struct PatternFormatter: RecordFormatter {
    private enum Piece: Sendable {
        case text([UInt8])
        case topic, partition, offset, timestamp, time, key, keyCount, value, valueCount, headers
    }

    /// The letters, for the man page.
    package static let letters: [(letter: String, meaning: String)] = [
        ("%t", "The topic"), ("%p", "The partition"), ("%o", "The offset"), ("%k", "The key"), ("%s, %v", "The value"),
        ("%K, %S", "Bytes of the key and of the value, -1 for null"),
        ("%T", "The timestamp in milliseconds since 1970"),
        ("%D", "The timestamp as 2026-01-31T08:00:00.000Z"), ("%h", "The headers, NAME=VALUE with commas between"),
        ("%%", "A percent sign"),
    ]

    private var pieces: [Piece] = []
    private let null: [UInt8]
    private let times = DateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", .utc)

    package var needsBatch: Bool { false }

    /// - Parameter null: what null keys, values and headers are written as.
    package init(_ format: String, null: String = "") throws(FormatError) {
        self.null = Array(null.utf8)
        var text: [UInt8] = []
        var rest = Array(format.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let escape = rest.popFirst() {
                text.append(try EscapedText.byte(escape, &rest))
            } else if byte == UInt8(ascii: "%") {
                guard let letter = rest.popFirst() else { throw FormatError("a % at the end; %% is a percent sign.") }
                guard let piece = Self.piece(letter) else {
                    if letter == byte {
                        text.append(byte)
                        continue
                    }
                    throw FormatError(
                        "%\(String(decoding: [letter], as: UTF8.self)) means nothing; there are "
                            + "\(Self.letters.map(\.letter).joined(separator: ", ")).")
                }
                if !text.isEmpty { pieces.append(.text(text)) }
                text = []
                pieces.append(piece)
            } else {
                text.append(byte)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
    }

    private static func piece(_ letter: UInt8) -> Piece? {
        switch letter {
        case UInt8(ascii: "t"): .topic
        case UInt8(ascii: "p"): .partition
        case UInt8(ascii: "o"): .offset
        case UInt8(ascii: "k"): .key
        case UInt8(ascii: "K"): .keyCount
        case UInt8(ascii: "s"), UInt8(ascii: "v"): .value
        case UInt8(ascii: "S"): .valueCount
        case UInt8(ascii: "T"): .timestamp
        case UInt8(ascii: "D"): .time
        case UInt8(ascii: "h"): .headers
        default: nil
        }
    }

    package func write(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) {
        for piece in pieces {
            switch piece {
            case .text(let text): text.withUnsafeBytes { out.append($0) }
            case .topic: out.append(text: source.topic)
            case .partition: out.append(Int64(source.partition))
            case .offset: out.append(record.offset)
            case .timestamp: out.append(record.timestamp)
            case .time:
                if record.timestamp >= 0, let times { out.append(text: times.text(record.timestamp)) }
            case .key: write(record.key, to: &out)
            case .keyCount: out.append(Int64(record.key?.count ?? -1))
            case .value: write(record.value, to: &out)
            case .valueCount: out.append(Int64(record.value?.count ?? -1))
            case .headers: write(record.headers, to: &out)
            }
        }
    }

    private func write(_ bytes: UnsafeRawBufferPointer?, to out: inout TextBuffer) {
        if let bytes { out.append(bytes) } else { null.withUnsafeBytes { out.append($0) } }
    }

    private func write(_ headers: RecordHeaders, to out: inout TextBuffer) {
        var isFirst = true
        for header in headers {
            if !isFirst { out.append(UInt8(ascii: ",")) }
            isFirst = false
            out.append(header.key)
            out.append(UInt8(ascii: "="))
            write(header.value, to: &out)
        }
    }
}
