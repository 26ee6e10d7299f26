// SPDX-License-Identifier: Apache-2.0

import Libc

/// Times in a pattern of Java's SimpleDateFormat: `y M d H h m s S a E z Z X` letters, quoted text, and the rest as it is.
package struct DateFormat: Sendable {
    package enum Zone: Sendable { case local, utc }

    private enum Piece: Sendable {
        case field(Character, width: Int)
        case text(String)
    }

    private var pieces: [Piece] = []
    private let zone: Zone

    private static let fields = Set("yMdHhmsSaEzZX")

    /// Nil for a pattern with letters that mean nothing here, or with an open quote.
    package init?(_ pattern: String, _ zone: Zone = .local) {
        self.zone = zone
        var rest = pattern[...]
        while let first = rest.first {
            if first == "'" {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: "'") else { return nil }
                pieces.append(.text(end == rest.startIndex ? "'" : String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            } else if first.isASCII, first.isLetter {
                guard Self.fields.contains(first) else { return nil }
                let run = rest.prefix { $0 == first }
                pieces.append(.field(first, width: run.count))
                rest = rest.dropFirst(run.count)
            } else {
                pieces.append(.text(String(first)))
                rest.removeFirst()
            }
        }
    }

    /// - Parameter time: milliseconds since 1970.
    package func text(_ time: Int64) -> String {
        // Rounded down, also before 1970; for the least number as well.
        let milliseconds = ((time % 1000) + 1000) % 1000
        var seconds = time_t(time / 1000 - (time % 1000 < 0 ? 1 : 0))
        var parts = tm()
        switch zone {
        case .local: localtime_r(&seconds, &parts)
        case .utc: gmtime_r(&seconds, &parts)
        }
        return pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let letter, let width): Self.field(letter, width, parts, milliseconds)
            }
        }.joined()
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    private static func field(_ letter: Character, _ width: Int, _ parts: tm, _ milliseconds: Int64) -> String {
        func number(_ value: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        func name(_ name: String) -> String { width >= 4 ? name : String(name.prefix(3)) }
        switch letter {
        case "y":
            return width == 2 ? String(String(Int(parts.tm_year) + 1900).suffix(2)) : number(Int(parts.tm_year) + 1900)
        case "M": return width >= 3 ? name(months[Int(parts.tm_mon)]) : number(Int(parts.tm_mon) + 1)
        case "d": return number(Int(parts.tm_mday))
        case "H": return number(Int(parts.tm_hour))
        case "h": return number((Int(parts.tm_hour) + 11) % 12 + 1)
        case "m": return number(Int(parts.tm_min))
        case "s": return number(Int(parts.tm_sec))
        case "S": return number(Int(milliseconds))
        case "a": return parts.tm_hour < 12 ? "AM" : "PM"
        case "E": return name(days[Int(parts.tm_wday)])
        default: return offset(parts, letter, width)
        }
    }

    private static func offset(_ parts: tm, _ letter: Character, _ width: Int) -> String {
        let minutes = abs(Int(parts.tm_gmtoff)) / 60
        if letter == "X", minutes == 0 { return "Z" }
        if letter == "z" { return parts.tm_zone.map { String(cString: $0) } ?? "UTC" }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
        let sign = parts.tm_gmtoff < 0 ? "-" : "+"
        if letter == "X", width == 1 { return sign + two(minutes / 60) }
        return sign + two(minutes / 60) + (letter == "X" && width == 3 ? ":" : "") + two(minutes % 60)
    }
}
