// SPDX-License-Identifier: Apache-2.0

/// A key that was pressed at a terminal.
enum Key: Sendable, Hashable {
    case character(Character)
    /// With the letter in lower case.
    case control(Character)
    case up, down, left, right, pageUp, pageDown, home, end
    case enter, escape, backspace, tab

    /// The keys in what one read of a terminal gave. An escape sequence comes in one piece; an escape alone is the key.
    static func decode(_ bytes: some Collection<UInt8>) -> [Key] {
        var keys: [Key] = []
        var rest = Array(bytes)[...]
        while let first = rest.first {
            if first == 0x1B, rest.count > 1 {
                let (key, length) = sequence(rest)
                if let key { keys.append(key) }
                rest = rest.dropFirst(length)
                continue
            }
            switch first {
            case 0x1B: keys.append(.escape)
            case 0x0D, 0x0A: keys.append(.enter)
            case 0x09: keys.append(.tab)
            case 0x7F, 0x08: keys.append(.backspace)
            case 0x00: break
            case 0x01..<0x20: keys.append(.control(Character(UnicodeScalar(first + 0x60))))
            default:
                let text = rest.prefix { $0 >= 0x20 && $0 != 0x7F }
                keys += String(decoding: text, as: UTF8.self).map(Key.character)
                rest = rest.dropFirst(text.count)
                continue
            }
            rest = rest.dropFirst()
        }
        return keys
    }

    /// The key of an escape sequence (ECMA-48), nil for one that means nothing here, and its length.
    private static func sequence(_ bytes: ArraySlice<UInt8>) -> (Key?, Int) {
        let introducer = bytes[bytes.startIndex + 1]
        guard introducer == UInt8(ascii: "[") || introducer == UInt8(ascii: "O") else {
            // Alt and a key, or two keys at a time.
            return (.escape, 1)
        }
        let parameters = bytes.dropFirst(2).prefix { (0x20..<0x40).contains($0) }
        let length = 2 + parameters.count + 1
        guard let last = bytes.dropFirst(length - 1).first else { return (nil, bytes.count) }
        let key: Key? =
            switch (last, String(decoding: parameters, as: UTF8.self)) {
            case (UInt8(ascii: "A"), _): .up
            case (UInt8(ascii: "B"), _): .down
            case (UInt8(ascii: "C"), _): .right
            case (UInt8(ascii: "D"), _): .left
            case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"), (UInt8(ascii: "~"), "7"): .home
            case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"), (UInt8(ascii: "~"), "8"): .end
            case (UInt8(ascii: "~"), "5"): .pageUp
            case (UInt8(ascii: "~"), "6"): .pageDown
            default: nil
            }
        return (key, length)
    }
}
