// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaText

@Suite("Points in time")
struct TimeTextTests {
    func time(_ text: String) -> Int64? { TimeText.milliseconds(text, now: 1_000_000_000, zone: .utc) }

    @Test("are times, days, milliseconds, durations and now")
    func forms() {
        #expect(time("1970-01-02T00:00:00Z") == 86_400_000)
        #expect(time("1970-01-02T01:00:00.5+01:00") == 86_400_500)
        #expect(time("1970-01-02") == 86_400_000)
        #expect(time("1970-01-02 00:00:01.123") == 86_401_123)
        #expect(time("1970-01-02 00:00:01,123") == 86_401_123)
        #expect(time("1970-01-02 01:00 +0100") == 86_400_000)
        #expect(time("2024-02-29") == 1_709_164_800_000)
        #expect(time("2000-02-29") == 951_782_400_000)
        #expect(time("2026-12-31") == 1_798_675_200_000)
        #expect(time("@1700000000000") == 1_700_000_000_000)
        #expect(time("-30m") == 998_200_000)
        #expect(time("-1h30m") == 994_600_000)
        #expect(time("-1d500ms") == 913_599_500)
        #expect(time("+2w") == 2_209_600_000)
        #expect(time("now") == 1_000_000_000)
        #expect(time("now-1h") == 996_400_000)
        #expect(time("now - 1h") == 996_400_000)
    }

    @Test("What is older than 1970 is as old as that, for no record is older")
    func old() {
        #expect(time("-9999w") == 0)
        #expect(time("0000-01-01") == 0)
        #expect(time("1969-12-31T23:59:59Z") == 0)
    }

    @Test("What is printed at a terminal can be given back, whatever the zone")
    func roundTrip() throws {
        let format = try #require(DateFormat("yyyy-MM-dd HH:mm:ss.SSS", .local))
        // Neither hour is one that a change of the clocks repeats.
        for time in [1_700_000_000_123, 1_720_000_000_999, 86_400_000 * 20] as [Int64] {
            #expect(TimeText.milliseconds(format.text(time)) == time)
        }
        let parts = try #require(DateFormat("yyyy-MM-dd", .local))
        let midnight = try #require(TimeText.milliseconds(parts.text(1_700_000_000_000)))
        #expect(format.text(midnight).hasSuffix(" 00:00:00.000"))
    }

    @Test("The texts of all times are made, and none traps")
    func texts() throws {
        let format = try #require(DateFormat("yyyy-MM-dd HH:mm:ss.SSS", .utc))
        #expect(format.text(-1) == "1969-12-31 23:59:59.999")
        #expect(format.text(-1000) == "1969-12-31 23:59:59.000")
        for time in [Int64.min, .max] { #expect(!format.text(time).isEmpty) }
    }

    @Test(
        "and nothing else",
        arguments: [
            "", "-", "-5", "30m", "-30", "-30x", "-m", "-1h30", "@", "@x", "yesterday", "2026-13-01", "2026-01-01T",
            "2026-02-29", "2026-02-30T00:00:00Z", "1900-02-29", "2026-04-31", "2026-12-32", "2026-01-00",
            "-99999999999999999999d", "-9223372036854775807w", "nowhere", "now-", "now 5", "now1h",
            "2026-01-01 ", "2026-01-01T24:00:00", "2026-01-01T00:00:60", "2026-01-01T00:00:00+25:00", "2026-+1-01",
            "2026-01-01T00:00:00+1", "2026-01-01T00:00:00.", "2026-01-01T00:00:00.x",
        ])
    func refused(text: String) { #expect(time(text) == nil) }
}
