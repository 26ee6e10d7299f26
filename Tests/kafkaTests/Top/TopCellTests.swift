// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite struct TopCellTests {
    @Test(arguments: [
        (TopCell.number(0), "0"), (.number(999), "999"), (.number(1000), "1,000"), (.number(-1_234_567), "-1,234,567"),
        (.number(.min), "-9,223,372,036,854,775,808"), (.number(nil), "-"), (.rate(0.25), "0.3"), (.rate(12), "12"),
        (.rate(1234.6), "1,235"), (.rate(1e30), "1e+30"), (.rate(.infinity), "Infinity"),
        (.bytes(1023), "1023 B"), (.bytes(1536), "1.5 KiB"), (.bytes(.max), "8192.0 PiB"), (.time(0), "0s"),
        (.time(0.2), "1s"), (.time(200), "3m 20s"), (.time(7500), "2h 5m"), (.time(356_400), "4d 3h"),
        (.time(.infinity), "never"), (.text("a\u{1B}[2J"), "a\\x1b[2J"),
    ])
    func aValueIsShown(cell: TopCell, text: String) {
        #expect(cell.shown == text)
    }

    @Test func valuesSortAsWhatTheyAreAndUnknownOnesFirst() {
        let rates: [TopCell] = [.rate(nil), .rate(-3), .rate(9), .rate(10), .rate(.infinity)]
        for (index, rate) in rates.enumerated() {
            for (other, otherRate) in rates.enumerated() { #expect(rate.precedes(otherRate) == (index < other)) }
        }
        #expect(TopCell.text("a10").precedes(.text("a9")))
    }
}
