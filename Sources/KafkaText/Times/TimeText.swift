// SPDX-License-Identifier: Apache-2.0

/// A point in time as options take it: `2026-01-31T08:00:00.000Z`, `2026-01-31 08:00`, `2026-01-31`, `@1769846400000`,
/// `-30m`, `now`, `now-1h`.
package enum TimeText {
    package static let forms =
        "a day or time (2026-01-31, 2026-01-31T08:00:00Z; local time if no zone is named), milliseconds since 1970 behind "
        + "an @, a duration before now (-30m, -1h30m, -2d), or now"

    /// Milliseconds since 1970, not less than 0; nil for any other text.
    package static func milliseconds(
        _ text: String, now: @autoclosure () -> Int64 = Timestamps.now(), zone: DateFormat.Zone = .local
    ) -> Int64? {
        if text.hasPrefix("@") {
            return Int64(text.dropFirst()).map { max(0, $0) }
        }
        var rest = text[...]
        if text.hasPrefix("now") {
            rest = text.dropFirst(3).drop { $0 == " " }
            if rest.isEmpty { return now() }
        }
        if let sign = rest.first, sign == "-" || sign == "+" {
            guard let duration = duration(rest.dropFirst().drop { $0 == " " && rest.startIndex > text.startIndex })
            else {
                return nil
            }
            return max(0, sign == "-" ? now() - duration : now() + duration)
        }
        return Timestamps.parse(text, zone).map { max(0, $0) }
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]

    /// `30m`, `1h30m`, `500ms` in milliseconds; a number alone is none, for its unit can only be guessed.
    package static func duration(_ text: Substring) -> Int64? {
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
