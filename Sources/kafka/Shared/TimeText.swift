// SPDX-License-Identifier: Apache-2.0

/// A point in time as options take it: `2026-01-31T08:00:00.000Z`, `2026-01-31`, `@1769846400000`, `-30m`, `now`.
enum TimeText {
    static let forms =
        "a time (2026-01-31T08:00:00Z, UTC if no zone is named), milliseconds since 1970 behind an @, a duration before now "
        + "(-30m, -1h30m, -2d), or now"

    /// Milliseconds since 1970; nil for any other text.
    static func milliseconds(_ text: String, now: @autoclosure () -> Int64 = Timestamps.now()) -> Int64? {
        if text == "now" { return now() }
        if text.hasPrefix("@") { return Int64(text.dropFirst()) }
        if text.hasPrefix("-") || text.hasPrefix("+") {
            guard let duration = duration(text.dropFirst()) else { return nil }
            return text.hasPrefix("-") ? now() - duration : now() + duration
        }
        return Timestamps.parse(text) ?? Timestamps.parse(text + "T00:00:00")
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]

    /// `30m`, `1h30m`, `500ms` in milliseconds; a number alone is none, for its unit can only be guessed.
    static func duration(_ text: Substring) -> Int64? {
        var rest = text
        var total: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            let name = rest.dropFirst(digits.count).prefix { $0.isLetter }
            guard let count = Int64(digits), let unit = units.first(where: { $0.name == name }) else { return nil }
            let (milliseconds, isTooLong) = count.multipliedReportingOverflow(by: unit.milliseconds)
            let (sum, isTooMuch) = total.addingReportingOverflow(milliseconds)
            guard !isTooLong, !isTooMuch, sum < 1 << 53 else { return nil }
            total = sum
            rest = rest.dropFirst(digits.count + name.count)
        }
        return total
    }
}
