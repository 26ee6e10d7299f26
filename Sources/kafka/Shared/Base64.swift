// SPDX-License-Identifier: Apache-2.0

/// RFC 4648 with padding; no Foundation in this executable.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                for shift in [18, 12, 6, 0] { out.append(alphabet[Int(group >> UInt32(shift)) & 63]) }
                group = 0
                count = 0
            }
        }
        if count > 0 {
            group <<= UInt32(8 * (3 - count))
            out.append(alphabet[Int(group >> 18) & 63])
            out.append(alphabet[Int(group >> 12) & 63])
            out.append(count == 2 ? alphabet[Int(group >> 6) & 63] : 61)
            out.append(61)
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil for a text that is no base64.
    static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        guard characters.count % 4 == 0 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(characters.count / 4 * 3)
        for start in stride(from: 0, to: characters.count, by: 4) {
            var group: UInt32 = 0
            var padding = 0
            for index in start..<(start + 4) {
                let character = characters[index]
                if character == 61 {
                    padding += 1
                    guard start + 4 == characters.count, index >= start + 2 else { return nil }
                    group <<= 6
                    continue
                }
                guard padding == 0, let digit = value(character) else { return nil }
                group = group << 6 | digit
            }
            out.append(UInt8(truncatingIfNeeded: group >> 16))
            if padding < 2 { out.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if padding < 1 { out.append(UInt8(truncatingIfNeeded: group)) }
        }
        return out
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case 65...90: UInt32(character) - 65
        case 97...122: UInt32(character) - 71
        case 48...57: UInt32(character) + 4
        case 43: 62
        case 47: 63
        default: nil
        }
    }
}
