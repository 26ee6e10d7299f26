// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@Suite struct JavaTextTests {
    @Test("Numbers are printed as Java prints them")
    func numbers() {
        let examples: [(Double, String)] = [
            (0.5, "0.5"), (1, "1.0"), (100, "100.0"), (1_234_567.25, "1234567.25"), (10_000_000, "1.0E7"),
            (0.001, "0.001"),
            (0.000_1, "1.0E-4"), (123_456_789, "1.23456789E8"), (-2.5, "-2.5"), (0, "0.0"),
            (.greatestFiniteMagnitude, "1.7976931348623157E308"), (.infinity, "Infinity"),
        ]
        for (value, text) in examples { #expect(JavaText.double(value) == text) }
        for (value, text) in [(0.1, "0.1"), (12_345_678, "1.2345678E7"), (-.infinity, "-Infinity"), (.nan, "NaN")]
            as [(Float, String)]
        { #expect(JavaText.float(value) == text) }
        #expect(JavaText.shortest(2) == "2")
    }
}
