// SPDX-License-Identifier: Apache-2.0

/// Numbers as Java prints them: configuration values travel as text, and people compare output with that of Kafka's
/// tools.
public enum JavaText {
    /// As `Double.toString` does: plain between 0.001 and 10,000,000, otherwise with an exponent.
    public static func double(_ value: Double) -> String { text(value) }

    /// As `Float.toString` does.
    public static func float(_ value: Float) -> String { text(value) }

    /// Without a fraction of zero.
    public static func shortest(_ value: Double) -> String {
        let text = double(value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func text(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String {
        if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
        if value.isNaN { return "NaN" }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        var (digits, exponent) = decimal(value.magnitude.description)
        let sign = value < 0 ? "-" : ""
        if exponent >= -3, exponent < 7 {
            if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
            while digits.count < exponent + 2 { digits += "0" }
            return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
        }
        let fraction = digits.count > 1 ? String(digits.dropFirst()) : "0"
        return sign + digits.prefix(1) + "." + fraction + "E" + String(exponent)
    }

    /// The digits of a description, which are the shortest that read back as the number, and the power of ten of the
    /// first of them.
    private static func decimal(_ description: String) -> (digits: String, exponent: Int) {
        let parts = description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = String(mantissa[0])
        let all = whole + (mantissa.count > 1 ? String(mantissa[1]) : "")
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        let power = parts.count > 1 ? Int(parts[1])! : 0
        return (digits, whole.count - 1 - leading + power)
    }
}
