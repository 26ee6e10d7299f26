// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension SecurityProperties {
    /// A whole number; nil where the property isn't set.
    package func integer(_ name: String, _ range: ClosedRange<Int64>) throws(SecurityError) -> Int64? {
        guard let text = self[name]?.trimmed else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw SecurityError(
                "\(name) can't be '\(text.printable)'; it is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func number(_ name: String, _ range: ClosedRange<Double>) throws(SecurityError) -> Double? {
        guard let text = self[name]?.trimmed else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw SecurityError(
                "\(name) can't be '\(text.printable)'; it is a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    package func bool(_ name: String) throws(SecurityError) -> Bool? {
        guard let text = self[name]?.trimmed else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw SecurityError("\(name) can't be '\(text.printable)'; it is true or false")
        }
    }
}
