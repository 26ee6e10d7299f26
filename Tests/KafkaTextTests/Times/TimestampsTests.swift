// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaText

@Suite("Times and durations in Kafka's forms")
struct TimestampsTests {
    @Test("Times are those of the asked zone unless they name one")
    func times() {
        #expect(Timestamps.parse("1970-01-01T00:00:00.000", .utc) == 0)
        #expect(Timestamps.parse("2020-01-01T00:00:00.000", .utc) == 1_577_836_800_000)
        #expect(Timestamps.parse("2020-02-29T12:30:15.250Z", .utc) == 1_582_979_415_250)
        #expect(Timestamps.parse("2020-01-01T01:00:00+01:00", .local) == 1_577_836_800_000)
        #expect(Timestamps.parse("2019-12-31T19:00-0500", .local) == 1_577_836_800_000)
        for bad in ["2020-13-01T00:00", "T", "2020-01-01T25:00", "", "2020-01-01T00:00:00.x", "2020-01-01T", "2020-01"]
        {
            #expect(Timestamps.parse(bad, .utc) == nil, "\(bad)")
        }
    }

    @Test("Durations have the form PnDTnHnMnS")
    func durations() {
        #expect(Timestamps.duration("PT1H") == 3_600_000)
        #expect(Timestamps.duration("P1DT2H30M5.5S") == 95_405_500)
        #expect(Timestamps.duration("-P1D") == -86_400_000)
        for bad in [
            "", "P", "1H", "PT", "P1H", "PT1D", "PT1", "P1DT", "P99999999999999D", "-P99999999999999D",
            "PT9999999999999999999S", "PT1E400S",
        ] {
            #expect(Timestamps.duration(bad) == nil, "\(bad)")
        }
    }
}
