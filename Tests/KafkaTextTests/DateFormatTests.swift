// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaText

@Suite("Times in Java's patterns")
struct DateFormatTests {
    @Test(
        "are written as SimpleDateFormat writes them",
        arguments: [
            ("yyyy-MM-dd HH:mm:ss:SSS", 0, "1970-01-01 00:00:00:000"),
            ("yyyy-MM-dd HH:mm:ss,SSS", 1_700_000_000_123, "2023-11-14 22:13:20,123"),
            ("yyyy-MM-dd'T'HH:mm", 951_782_400_000, "2000-02-29T00:00"),
            ("d/M/yy h:m a", 1_700_000_000_123, "14/11/23 10:13 PM"),
            ("EEE, d MMM yyyy HH:mm:ss Z", 1_700_000_000_123, "Tue, 14 Nov 2023 22:13:20 +0000"),
            ("EEEE MMMM ''yy X", 1_700_000_000_123, "Tuesday November '23 Z"),
            ("HH:mm:ss.SSS", -1, "23:59:59.999"),
        ])
    func patterns(_ pattern: String, _ time: Int64, _ text: String) throws {
        #expect(try #require(DateFormat(pattern, .utc)).text(time) == text)
    }

    @Test("Letters without a meaning and open quotes are refused", arguments: ["yyyy-bb", "yyyy 'T", "QQ"])
    func refused(_ pattern: String) { #expect(DateFormat(pattern, .utc) == nil) }

    @Test(
        "Any number that a record may have for a time has a text",
        arguments: [Int64.min, .min + 1, -1 << 53, -1, 0, 1 << 53, .max - 1, .max])
    func farTimes(milliseconds: Int64) throws {
        for zone in [DateFormat.Zone.local, .utc] {
            let format = try #require(DateFormat("yyyy-MM-dd HH:mm:ss.SSS", zone))
            #expect(format.text(milliseconds).count >= 23)
        }
    }
}
