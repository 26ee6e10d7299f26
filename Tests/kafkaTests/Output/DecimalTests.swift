// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Decimal numbers")
struct DecimalTests {
    @Test("Numbers are rounded as Java's printf does")
    func decimals() {
        #expect(Decimal.text(1234.5678, 2) == "1234.57")
        #expect(Decimal.text(0.004, 2) == "0.00")
        #expect(Decimal.text(-2.5, 0) == "-3")
        #expect(Decimal.text(99.999, 2) == "100.00")
    }
}
