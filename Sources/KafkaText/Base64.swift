// SPDX-License-Identifier: Apache-2.0

/// RFC 4648 with padding; no Foundation in this executable.
package enum Base64 {
    private static let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes)
        return String(unsafeUninitializedCapacity: encodedCount(bytes.count)) { out in
            bytes.withUnsafeBytes { encode($0, to: out.baseAddress!) }
        }
    }

    /// Nil for a text that is no base64.
    package static func decode(_ text: String) -> [UInt8]? {
        let characters = Array(text.utf8)
        var isValid = false
        let bytes = [UInt8](unsafeUninitializedCapacity: characters.count) { out, count in
            let decoded = characters.withUnsafeBytes { decode($0, to: out.baseAddress) }
            isValid = decoded != nil
            count = decoded ?? 0
        }
        return isValid ? bytes : nil
    }

    /// Characters for so many bytes.
    package static func encodedCount(_ count: Int) -> Int { (count + 2) / 3 * 4 }

    /// - Parameter out: has room for `encodedCount`.
    /// - Returns: characters written.
    @discardableResult
    package static func encode(_ bytes: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>) -> Int {
        let digits = alphabet.utf8Start
        var next = out
        var at = 0
        while at + 3 <= bytes.count {
            let group = UInt32(bytes[at]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2])
            next[0] = digits[Int(group >> 18)]
            next[1] = digits[Int(group >> 12 & 63)]
            next[2] = digits[Int(group >> 6 & 63)]
            next[3] = digits[Int(group & 63)]
            next += 4
            at += 3
        }
        if at < bytes.count {
            let isPair = at + 1 < bytes.count
            let group = UInt32(bytes[at]) << 16 | (isPair ? UInt32(bytes[at + 1]) << 8 : 0)
            next[0] = digits[Int(group >> 18)]
            next[1] = digits[Int(group >> 12 & 63)]
            next[2] = isPair ? digits[Int(group >> 6 & 63)] : 61
            next[3] = 61
            next += 4
        }
        return next - out
    }

    /// - Parameter out: has room for three bytes for each four characters; may be where the characters are.
    /// - Returns: bytes written; nil for a text that is no base64.
    package static func decode(_ text: UnsafeRawBufferPointer, to out: UnsafeMutablePointer<UInt8>?) -> Int? {
        guard text.count % 4 == 0 else { return nil }
        guard text.count > 0, let out else { return 0 }
        return values.withUnsafeBufferPointer { decode(text, $0, to: out) }
    }

    private static func decode(
        _ text: UnsafeRawBufferPointer, _ values: UnsafeBufferPointer<UInt8>, to out: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        let padding = text[text.count - 1] != 61 ? 0 : text[text.count - 2] != 61 ? 1 : 2
        var count = 0
        var at = 0
        while at < text.count - 4 {
            let digits = (
                values[Int(text[at])], values[Int(text[at + 1])], values[Int(text[at + 2])], values[Int(text[at + 3])]
            )
            guard digits.0 | digits.1 | digits.2 | digits.3 < 64 else { return nil }
            let group =
                UInt32(digits.0) << 18 | UInt32(digits.1) << 12 | UInt32(digits.2) << 6 | UInt32(digits.3)
            out[count] = UInt8(truncatingIfNeeded: group >> 16)
            out[count + 1] = UInt8(truncatingIfNeeded: group >> 8)
            out[count + 2] = UInt8(truncatingIfNeeded: group)
            count += 3
            at += 4
        }
        var group: UInt32 = 0
        for index in at..<(at + 4) {
            let isPadding = index >= text.count - padding
            let digit = isPadding ? 0 : values[Int(text[index])]
            guard digit < 64 else { return nil }
            group = group << 6 | UInt32(digit)
        }
        for place in 0..<(3 - padding) {
            out[count] = UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * place))
            count += 1
        }
        return count
    }

    /// What each character stands for; 255 for nothing.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for index in 0..<64 { values[Int(alphabet.utf8Start[index])] = UInt8(index) }
        return values
    }()
}
