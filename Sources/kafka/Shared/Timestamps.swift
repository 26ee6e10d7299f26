// SPDX-License-Identifier: Apache-2.0

import CClock

/// Times as milliseconds since 1970, and their texts.
enum Timestamps {
    static func now() -> Int64 { wall_clock_milliseconds() }

    /// `2026-01-31T08:00:00.000`, with `Z` or `+01:00` behind it; without a zone it is UTC, as in Kafka. Seconds and
    /// milliseconds may be missing. Nil for any other text.
    static func parse(_ text: String) -> Int64? {
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2], (1...12).contains(month),
            (0...9999).contains(year), (1...days(of: month, year)).contains(day)
        else { return nil }
        var clock = parts[1]
        var zoneMinutes: Int64 = 0
        if clock.hasSuffix("Z") {
            clock.removeLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let digits = clock[clock.index(after: sign)...].filter { $0 != ":" }
            guard digits.count == 2 || digits.count == 4, let hours = Int64(digits.prefix(2)),
                let minutes = digits.count == 4 ? Int64(digits.suffix(2)) : 0
            else { return nil }
            zoneMinutes = (hours * 60 + minutes) * (clock[sign] == "-" ? -1 : 1)
            clock = clock[..<sign]
        }
        guard let milliseconds = timeOfDay(clock) else { return nil }
        return daysSince1970(year, month, day) * 86_400_000 + milliseconds - zoneMinutes * 60_000
    }

    private static func timeOfDay(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hours = Int64(parts[0]), (0..<24).contains(hours),
            let minutes = Int64(parts[1]), (0..<60).contains(minutes)
        else { return nil }
        var milliseconds = (hours * 60 + minutes) * 60_000
        guard parts.count == 3 else { return milliseconds }
        let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard seconds.count <= 2, let whole = Int64(seconds[0]), (0..<60).contains(whole) else { return nil }
        milliseconds += whole * 1000
        if seconds.count == 2 {
            guard !seconds[1].isEmpty, seconds[1].allSatisfy(\.isNumber),
                let fraction = Int64((seconds[1] + "00").prefix(3))
            else { return nil }
            milliseconds += fraction
        }
        return milliseconds
    }

    private static func days(of month: Int64, _ year: Int64) -> Int64 {
        let next = month == 12 ? daysSince1970(year + 1, 1, 1) : daysSince1970(year, month + 1, 1)
        return next - daysSince1970(year, month, 1)
    }

    /// Days from 1 January 1970 in the Gregorian calendar.
    static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        // Years that begin in March put the leap day at their end.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// An ISO 8601 duration of days and times, `P1DT2H30M5.5S`, in milliseconds; nil for any other text, and for a
    /// longer one than any clock will know.
    static func duration(_ text: String) -> Int64? {
        var rest = text.uppercased()[...]
        var sign: Double = 1
        if rest.hasPrefix("-") {
            sign = -1
            rest.removeFirst()
        }
        guard rest.popFirst() == "P", !rest.isEmpty else { return nil }
        var seconds = 0.0
        var units: [Character: Double] = ["D": 86_400]
        var number = ""
        while let character = rest.popFirst() {
            if character == "T" {
                guard number.isEmpty, units["D"] != nil, !rest.isEmpty else { return nil }
                units = ["H": 3600, "M": 60, "S": 1]
            } else if let unit = units[character] {
                guard let value = Double(number) else { return nil }
                seconds += value * unit
                number = ""
            } else {
                number.append(character)
            }
        }
        guard number.isEmpty, seconds.magnitude * 1000 < 0x1p53 else { return nil }
        return Int64(sign * seconds * 1000)
    }
}
