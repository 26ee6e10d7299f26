// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import Synchronization

/// For people: a line a record with time, place, key, headers and value, in columns that become as wide as they must.
/// The value comes last and whole, so that it can be copied.
final class TerminalFormatter: RecordFormatter {
    private enum Style: String {
        case dim = "\u{1b}[2m"
        case key = "\u{1b}[36m"
        case headers = "\u{1b}[33m"
    }

    private struct Widths {
        var place = 0
        var key = 1
    }

    private let hasColors: Bool
    private let showsTopic: Bool
    private let times = DateFormat("yyyy-MM-dd HH:mm:ss.SSS", .local)
    private let widths = Mutex(Widths())
    /// Longer keys are shown whole, but don't move the values of the others.
    private static let widestKey = 24

    var needsBatch: Bool { false }

    init(hasColors: Bool, showsTopic: Bool) {
        self.hasColors = hasColors
        self.showsTopic = showsTopic
    }

    func write(_ record: RecordView, _ source: RecordSource, to out: inout TextBuffer) {
        let time = record.timestamp < 0 ? "-" : times?.text(record.timestamp) ?? ""
        let place = (showsTopic ? source.topic + " " : "") + "\(source.partition):\(record.offset)"
        let key = record.key.map { Self.text($0, besides: Self.noKey) } ?? Self.noKey
        let widths = widths.withLock { widths in
            widths.place = max(widths.place, place.count)
            if key.count <= Self.widestKey { widths.key = max(widths.key, key.count) }
            return widths
        }
        write(time.padded(23) + "  " + place.padded(widths.place) + "  ", .dim, to: &out)
        write(key.padded(widths.key) + "  ", record.key == nil ? .dim : .key, to: &out)
        if !record.headers.isEmpty {
            let headers = record.headers.map { header in
                Self.printable(header.key) + "=" + (header.value.map { Self.text($0, besides: Self.null) } ?? Self.null)
            }
            write("[" + headers.joined(separator: " ") + "]  ", .headers, to: &out)
        }
        if let value = record.value {
            out.append(text: Self.text(value, besides: Self.null))
        } else {
            write(Self.null, .dim, to: &out)
        }
        out.append("\n")
    }

    private func write(_ text: String, _ style: Style, to out: inout TextBuffer) {
        if hasColors { out.append(text: style.rawValue) }
        out.append(text: text)
        if hasColors { out.append("\u{1b}[0m") }
    }

    private static let noKey = "-"
    private static let null = "null"

    /// As `printable`; what would be taken for the sign of something missing stands in quotes, as does that in quotes.
    private static func text(_ bytes: UnsafeRawBufferPointer, besides sign: String) -> String {
        let text = printable(bytes)
        var core = text[...]
        while core.first == "\"", core.last == "\"", core.count > 1 { core = core.dropFirst().dropLast() }
        return core == sign ? "\"\(text)\"" : text
    }

    /// Text as it is; what would break the line or steer the terminal, and what is no text, with a backslash.
    static func printable(_ bytes: UnsafeRawBufferPointer) -> String {
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return "" }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var at = 0
        while at < bytes.count {
            let byte = base[at]
            let count = byte < 0x80 ? 1 : UTF8Bytes.sequence(base, at, bytes.count)
            // U+0080 to U+009F are control characters as well.
            let isControl = byte < 32 || byte == 127 || count == 2 && byte == 0xC2 && base[at + 1] < 0xA0
            if count > 0, !isControl {
                out.append(contentsOf: bytes[at..<(at + count)])
            } else {
                for index in at..<(at + max(1, count)) { out += escape(base[index]) }
            }
            at += max(1, count)
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case 10: Array("\\n".utf8)
        case 13: Array("\\r".utf8)
        case 9: Array("\\t".utf8)
        default: Array((byte < 16 ? "\\x0" : "\\x").utf8) + Array(String(byte, radix: 16).utf8)
        }
    }
}
