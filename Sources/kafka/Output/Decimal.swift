// SPDX-License-Identifier: Apache-2.0

enum Decimal {
    /// Java's `%.Nf`: rounded half up, with exactly `digits` places.
    static func text(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity" }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (value.magnitude * scale).rounded(.toNearestOrAwayFromZero)
        guard scaled < 9e18 else { return value.description }
        let number = String(UInt64(scaled))
        let padded = String(repeating: "0", count: max(0, digits + 1 - number.count)) + number
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return digits == 0 ? sign + padded : "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
    }
}
