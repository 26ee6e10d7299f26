// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Points in time")
struct TimeTextTests {
    func time(_ text: String) -> Int64? { TimeText.milliseconds(text, now: 1_000_000_000) }

    @Test("are times, days, milliseconds, durations and now")
    func forms() {
        #expect(time("1970-01-02T00:00:00Z") == 86_400_000)
        #expect(time("1970-01-02T01:00:00.5+01:00") == 86_400_500)
        #expect(time("1970-01-02") == 86_400_000)
        #expect(time("2024-02-29") == 1_709_164_800_000)
        #expect(time("2000-02-29") == 951_782_400_000)
        #expect(time("2026-12-31") == 1_798_675_200_000)
        #expect(time("@1700000000000") == 1_700_000_000_000)
        #expect(time("-30m") == 998_200_000)
        #expect(time("-1h30m") == 994_600_000)
        #expect(time("-1d500ms") == 913_599_500)
        #expect(time("+2w") == 2_209_600_000)
        #expect(time("now") == 1_000_000_000)
    }

    @Test(
        "and nothing else",
        arguments: [
            "", "-", "-5", "30m", "-30", "-30x", "-m", "-1h30", "@", "@x", "yesterday", "2026-13-01", "2026-01-01T",
            "2026-02-29", "2026-02-30T00:00:00Z", "1900-02-29", "2026-04-31", "2026-12-32", "2026-01-00",
            "-99999999999999999999d", "-9223372036854775807w",
        ])
    func refused(text: String) { #expect(time(text) == nil) }
}
