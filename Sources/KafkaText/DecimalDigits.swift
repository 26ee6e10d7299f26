// SPDX-License-Identifier: Apache-2.0

extension FixedWidthInteger {
    /// Nil for what isn't an integer in decimal digits, or doesn't fit.
    @inlinable
    package init?(decimal text: UnsafeRawBufferPointer) {
        var value: Self = 0
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? text.dropFirst() : text[...]
        guard !digits.isEmpty else { return nil }
        for digit in digits {
            guard digit &- 48 < 10 else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooMuch) =
                isNegative
                ? product.subtractingReportingOverflow(Self(digit &- 48))
                : product.addingReportingOverflow(Self(digit &- 48))
            guard !isTooLarge, !isTooMuch else { return nil }
            value = sum
        }
        self = value
    }
}
