// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Where a reset leads")
struct OffsetTargetsTests {
    @Test(
        "A reset takes Kafka's times as UTC, and local times and durations as all options do, but no day, which could be both"
    )
    func resets() throws {
        func targets(_ option: String, _ text: String) throws -> OffsetTargets {
            let arguments = try OptionParser.parse(["--\(option)", text], ConsumerGroupsCommand.definition)
            return try OffsetTargets(arguments, among: OffsetTargets.names, for: "reset-offsets", group: "g")
        }
        for time in ["2026-01-31T08:00:00.000", "2026-01-31T08:00:00Z", "2026-01-31 08:00", "-30m", "@5", "now"] {
            #expect(throws: Never.self, "\(time)") { try targets("to-datetime", time) }
        }
        for duration in ["PT30M", "30m", "-30m", "1h30m", "-P1D"] {
            #expect(throws: Never.self, "\(duration)") { try targets("by-duration", duration) }
        }
        for (option, text) in [
            ("to-datetime", "soon"), ("to-datetime", "2026-01-31"), ("by-duration", "30"),
            ("by-duration", "--5m"),
        ] {
            #expect(throws: CommandError.self, "\(text)") { try targets(option, text) }
        }
    }
}
