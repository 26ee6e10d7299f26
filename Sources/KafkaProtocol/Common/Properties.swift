// SPDX-License-Identifier: Apache-2.0

/// A Java properties file: `key=value`, `key: value` or `key value` a line, `#` and `!` comments, backslash escapes and
/// continued lines. Order and repetitions are kept; the last value of a name counts.
package struct Properties: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var entries: [Entry] = []

    package init() {}

    package init(parsing text: String) {
        // Some editors begin a file with a byte order mark.
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }[...]
        while let first = lines.popFirst() {
            var line = first.drop(while: Self.isSpace)
            guard let mark = line.first, mark != "#", mark != "!" else { continue }
            var whole = ""
            while Self.endsInEscape(line) {
                whole += line.dropLast()
                line = lines.popFirst()?.drop(while: Self.isSpace) ?? ""
            }
            whole += line
            entries.append(Self.entry(whole))
        }
    }

    /// The lines of a file that is read back alike, one for each entry in their order.
    package var text: String {
        entries.map { "\(Self.escaped($0.name, isName: true))=\(Self.escaped($0.value, isName: false))\n" }.joined()
    }

    package subscript(name: String) -> String? { entries.last { $0.name == name }?.value }

    package mutating func set(_ name: String, _ value: String) { entries.append(Entry(name: name, value: value)) }

    /// Sets what nobody has set.
    package mutating func setDefault(_ property: (name: String, value: String)) {
        if self[property.name] == nil { set(property.name, property.value) }
    }

    /// Takes a property out and returns its value.
    package mutating func remove(_ name: String) -> String? {
        defer { entries.removeAll { $0.name == name } }
        return self[name]
    }

    private static func isSpace(_ character: Character) -> Bool {
        character == " " || character == "\t" || character == "\u{c}"
    }

    private static func endsInEscape(_ line: Substring) -> Bool {
        line.reversed().prefix { $0 == "\\" }.count % 2 == 1
    }

    private static func entry(_ line: String) -> Entry {
        var index = line.startIndex
        var name = ""
        while index < line.endIndex {
            let character = line[index]
            if character == "=" || character == ":" || isSpace(character) { break }
            name += unescaped(line, &index)
        }
        while index < line.endIndex, isSpace(line[index]) { index = line.index(after: index) }
        if index < line.endIndex, line[index] == "=" || line[index] == ":" {
            index = line.index(after: index)
            while index < line.endIndex, isSpace(line[index]) { index = line.index(after: index) }
        }
        var value = ""
        while index < line.endIndex { value += unescaped(line, &index) }
        return Entry(name: name, value: value)
    }

    private static func unescaped(_ line: String, _ index: inout String.Index) -> String {
        let character = line[index]
        index = line.index(after: index)
        guard character == "\\", index < line.endIndex else { return String(character) }
        let escaped = line[index]
        index = line.index(after: index)
        switch escaped {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "f": return "\u{c}"
        case "u":
            guard let first = unit(line, &index) else { return "u" }
            var units = [first]
            // Java's characters are those of UTF-16: others come in two halves.
            var next = index
            if UTF16.isLeadSurrogate(first), line[next...].hasPrefix("\\u") {
                next = line.index(next, offsetBy: 2)
                if let second = unit(line, &next), UTF16.isTrailSurrogate(second) {
                    units.append(second)
                    index = next
                }
            }
            return String(decoding: units, as: UTF16.self)
        default: return String(escaped)
        }
    }

    /// What Java's Properties would write, with escapes for all that isn't ASCII.
    private static func escaped(_ text: String, isName: Bool) -> String {
        var out = ""
        for unit in text.utf16 {
            switch unit {
            // Blanks end a name, and are dropped where a value begins.
            case 0x20: out += isName || out.isEmpty ? "\\ " : " "
            case 0x9: out += "\\t"
            case 0xA: out += "\\n"
            case 0xC: out += "\\f"
            case 0xD: out += "\\r"
            case 0x21, 0x23, 0x3A, 0x3D, 0x5C: out += "\\\(Character(UnicodeScalar(UInt8(unit))))"
            case 0x20...0x7E: out += String(UnicodeScalar(UInt8(unit)))
            default:
                let digits = String(unit, radix: 16, uppercase: true)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return out
    }

    /// Four hexadecimal digits.
    private static func unit(_ line: String, _ index: inout String.Index) -> UInt16? {
        let end = line.index(index, offsetBy: 4, limitedBy: line.endIndex) ?? line.endIndex
        guard line[index..<end].count == 4, line[index..<end].allSatisfy(\.isHexDigit),
            let unit = UInt16(line[index..<end], radix: 16)
        else {
            return nil
        }
        index = end
        return unit
    }
}
