// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// A number as it is written, in JSON or in an expression: two of them are compared exactly, however long they are.
/// Infinity is more than all others; NaN is none.
struct DecimalNumber {
    private enum Kind { case zero, finite, infinite }

    private let kind: Kind
    private let isNegative: Bool
    /// Where the first digit other than 0 stands, as a power of ten.
    private let magnitude: Int
    /// From that digit on, maybe with a point between.
    private let digits: UnsafeRawBufferPointer

    /// Nil for what is no number.
    /// - Parameter text: lives as long as this.
    init?(_ text: UnsafeRawBufferPointer) {
        var at = 0
        isNegative = text.first == UInt8(ascii: "-")
        if isNegative { at = 1 }
        let whole = text.part(at...)
        if whole.elementsEqual("Infinity".utf8) {
            (kind, magnitude, digits) = (.infinite, 0, whole)
            return
        }
        func passDigits() -> Int {
            let start = at
            while at < text.count, text[at] &- 48 < 10 { at += 1 }
            return at - start
        }
        let beforePoint = passDigits()
        guard beforePoint > 0 else { return nil }
        if at < text.count, text[at] == UInt8(ascii: ".") {
            at += 1
            guard passDigits() > 0 else { return nil }
        }
        let end = at
        var exponent = 0
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            let sign = at < text.count && (text[at] == 43 || text[at] == 45) ? text[at] : nil
            if sign != nil { at += 1 }
            let start = at
            guard passDigits() > 0 else { return nil }
            // A larger exponent makes no difference to any comparison with a text that fits into memory.
            for digit in text.part(start..<at) where exponent < 1 << 48 { exponent = exponent * 10 + Int(digit &- 48) }
            if sign == 45 { exponent = -exponent }
        }
        guard at == text.count else { return nil }
        let mantissa = whole.part(..<(end - (isNegative ? 1 : 0)))
        guard let first = mantissa.firstIndex(where: { $0 != 48 && $0 != UInt8(ascii: ".") }) else {
            (kind, magnitude, digits) = (.zero, 0, mantissa)
            return
        }
        kind = .finite
        magnitude = exponent + (first < beforePoint ? beforePoint - first : beforePoint - first + 1)
        digits = mantissa.part(first...)
    }

    /// -1, 0 or 1.
    func compared(to other: DecimalNumber) -> Int {
        let (left, right) = (sign, other.sign)
        if left != right { return left < right ? -1 : 1 }
        if left == 0 { return 0 }
        return left * comparedMagnitude(to: other)
    }

    private var sign: Int { kind == .zero ? 0 : isNegative ? -1 : 1 }

    private func comparedMagnitude(to other: DecimalNumber) -> Int {
        if kind == .infinite || other.kind == .infinite {
            return (kind == .infinite ? 1 : 0) - (other.kind == .infinite ? 1 : 0)
        }
        if magnitude != other.magnitude { return magnitude < other.magnitude ? -1 : 1 }
        var (i, j) = (0, 0)
        while true {
            if i < digits.count, digits[i] == UInt8(ascii: ".") { i += 1 }
            if j < other.digits.count, other.digits[j] == UInt8(ascii: ".") { j += 1 }
            if i >= digits.count, j >= other.digits.count { return 0 }
            let left = i < digits.count ? digits[i] : 48
            let right = j < other.digits.count ? other.digits[j] : 48
            if left != right { return left < right ? -1 : 1 }
            i += 1
            j += 1
        }
    }
}

extension DecimalNumber {
    /// Whether a text is a number.
    static func isNumber(_ text: some StringProtocol) -> Bool {
        Array(text.utf8).withUnsafeBytes { DecimalNumber($0) != nil }
    }
}
