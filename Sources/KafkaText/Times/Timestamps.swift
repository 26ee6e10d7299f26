// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc

/// Times as milliseconds since 1970, and their texts.
package enum Timestamps {
    package static func now() -> Int64 { WallClock.milliseconds() }

    /// `2026-01-31T08:00:00.000`, also with a blank instead of the T, with `Z` or `+01:00` behind it; seconds, their
    /// fraction, or all of the time of day may be missing. Nil for any other text.
    /// - Parameter zone: where the time is, if the text doesn't say.
    package static func parse(_ text: String, _ zone: DateFormat.Zone) -> Int64? {
        let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "T" || $0 == " " }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map(number)
        guard date.count == 3, let year = date[0], let month = date[1], let day = date[2], (1...12).contains(month),
            (0...9999).contains(year), (1...days(of: month, year)).contains(day)
        else { return nil }
        var minutesEast: Int64?
        var milliseconds: Int64 = 0
        if parts.count == 2 {
            guard let (clock, zone) = split(parts[1]), let time = timeOfDay(clock) else { return nil }
            (milliseconds, minutesEast) = (time, zone)
        }
        guard minutesEast == nil, zone == .local else {
            return daysSince1970(year, month, day) * 86_400_000 + milliseconds - (minutesEast ?? 0) * 60_000
        }
        return local(year, month, day, milliseconds)
    }

    /// Cuts a zone off a time of day, and reads it as minutes east of Greenwich; nil if it is none.
    private static func split(_ text: Substring) -> (clock: Substring, minutesEast: Int64?)? {
        if text.hasSuffix("Z") { return (trimmed(text.dropLast()), 0) }
        guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return (text, nil) }
        let digits = text[text.index(after: sign)...].filter { $0 != ":" }
        guard digits.count == 2 || digits.count == 4, let hours = number(digits.prefix(2)), hours <= 18,
            let minutes = digits.count == 4 ? number(digits.suffix(2)) : 0, minutes < 60
        else { return nil }
        return (trimmed(text[..<sign]), (hours * 60 + minutes) * (text[sign] == "-" ? -1 : 1))
    }

    private static func trimmed(_ text: Substring) -> Substring { text.hasSuffix(" ") ? text.dropLast() : text }

    /// Digits and nothing else.
    private static func number(_ text: some StringProtocol) -> Int64? {
        text.utf8.allSatisfy { $0 &- 48 < 10 } ? Int64(text) : nil
    }

    private static func local(_ year: Int64, _ month: Int64, _ day: Int64, _ milliseconds: Int64) -> Int64? {
        var parts = tm()
        parts.tm_year = Int32(year - 1900)
        parts.tm_mon = Int32(month - 1)
        parts.tm_mday = Int32(day)
        parts.tm_hour = Int32(milliseconds / 3_600_000)
        parts.tm_min = Int32(milliseconds / 60_000 % 60)
        parts.tm_sec = Int32(milliseconds / 1000 % 60)
        // Whether it is summer is for the zone to say.
        parts.tm_isdst = -1
        return Int64(mktime(&parts)) * 1000 + milliseconds % 1000
    }

    private static func timeOfDay(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hours = number(parts[0]), hours < 24,
            let minutes = number(parts[1]), minutes < 60
        else { return nil }
        let milliseconds = (hours * 60 + minutes) * 60_000
        guard parts.count == 3 else { return milliseconds }
        let seconds = parts[2].split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        guard (1...2).contains(seconds.count), let whole = number(seconds[0]), whole < 60 else { return nil }
        guard seconds.count == 2 else { return milliseconds + whole * 1000 }
        guard !seconds[1].isEmpty, let _ = number(seconds[1].prefix(18)),
            let fraction = number((seconds[1] + "00").prefix(3))
        else { return nil }
        return milliseconds + whole * 1000 + fraction
    }

    private static func days(of month: Int64, _ year: Int64) -> Int64 {
        let next = month == 12 ? daysSince1970(year + 1, 1, 1) : daysSince1970(year, month + 1, 1)
        return next - daysSince1970(year, month, 1)
    }

    /// Days from 1 January 1970 in the Gregorian calendar.
    package static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
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
    package static func duration(_ text: String) -> Int64? {
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
