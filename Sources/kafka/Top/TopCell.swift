// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A value of a table of `kafka top`, which sorts as what it is and not as it is written.
enum TopCell: Sendable, Equatable {
    case text(String)
    case number(Int64?)
    /// A second.
    case rate(Double?)
    case bytes(Int64?)
    /// Seconds; infinite for what never ends.
    case time(Double?)

    var isText: Bool {
        if case .text = self { return true }
        return false
    }

    /// What is not known is the least.
    func precedes(_ other: TopCell) -> Bool {
        if case .text(let first) = self, case .text(let second) = other { return first < second }
        return magnitude < other.magnitude
    }

    private var magnitude: Double {
        switch self {
        case .text: 0
        case .number(let number), .bytes(let number): number.map { Double($0) } ?? -.infinity
        case .rate(let rate): rate ?? -.infinity
        case .time(let seconds): seconds ?? -.infinity
        }
    }

    var shown: String {
        switch self {
        case .text(let text): VisibleText.of(text)
        case .number(let number): number.map { Self.text(count: $0) } ?? "-"
        case .rate(let rate): rate.map { Self.text(rate: $0) } ?? "-"
        case .bytes(let bytes): bytes.map { Self.text(bytes: $0) } ?? "-"
        case .time(let seconds): seconds.map { Self.text(seconds: $0) } ?? "-"
        }
    }

    /// `1,234,567`
    static func text(count number: Int64) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// One place behind the point where it matters.
    static func text(rate: Double) -> String {
        guard rate.magnitude < 1e18 else { return Decimal.text(rate, 0) }
        return rate.magnitude >= 100 || rate == rate.rounded()
            ? text(count: Int64(rate.rounded())) : Decimal.text(rate, 1)
    }

    /// In units of 1024: `512 B`, `1.5 KiB`.
    static func text(bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
            if value.magnitude < 1024 { return (unit == "B" ? String(bytes) : Decimal.text(value, 1)) + " " + unit }
            value /= 1024
        }
        return Decimal.text(value, 1) + " PiB"
    }

    /// `45s`, `3m 20s`, `2h 5m`, `4d 3h`.
    static func text(seconds: Double) -> String {
        guard seconds < 1e9 else { return "never" }
        let whole = Int(max(0, seconds).rounded(.up))
        let units = [(86_400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s")]
        for (size, name, smaller, smallerName) in units where whole >= size {
            return "\(whole / size)\(name) \(whole % size / smaller)\(smallerName)"
        }
        return "\(whole)s"
    }
}
