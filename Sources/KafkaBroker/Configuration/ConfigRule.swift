// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a value must satisfy beyond its kind; the messages are Kafka's.
package enum ConfigRule: Sendable {
    case any
    case atLeast(Int64)
    case between(Int64, Int64)
    case fraction(Double, Double)
    case oneOf([String])
    case oneOfIgnoringCase([String])
    case listOf([String])
    case nonEmptyListOf([String])
    case nonNull
    /// gzip takes 1 to 9, and -1 for the codec's own choice.
    case gzipLevel
    /// `*`, or partition:broker pairs.
    case throttledReplicas

    /// The complaint about a value, without the preamble that names it; nil if it is fine.
    func complaint(_ value: ConfigValue) -> String? {
        switch self {
        case .any, .nonNull: nil
        case .atLeast(let low): Self.range(value, low: Double(low), lowText: String(low), high: nil, highText: "")
        case .between(let low, let high):
            Self.range(value, low: Double(low), lowText: String(low), high: Double(high), highText: String(high))
        case .fraction(let low, let high):
            Self.range(
                value, low: low, lowText: JavaText.shortest(low), high: high, highText: JavaText.shortest(high))
        case .oneOf(let allowed):
            allowed.contains(value.text) ? nil : "String must be one of: \(allowed.joined(separator: ", "))"
        case .oneOfIgnoringCase(let allowed):
            allowed.contains { $0.uppercased() == value.text.uppercased() }
                ? nil : "String must be one of (case insensitive): \(allowed.joined(separator: ", "))"
        case .listOf(let allowed): Self.members(value, allowed)
        case .nonEmptyListOf(let allowed): value.list.isEmpty ? "must not be empty" : Self.members(value, allowed)
        case .gzipLevel:
            value.number == -1 || (1.0...9.0).contains(value.number)
                ? nil : "Value must be between 1 and 9 or equal to -1"
        case .throttledReplicas: Self.throttled(value.list)
        }
    }

    private static func range(
        _ value: ConfigValue, low: Double, lowText: String, high: Double?, highText: String
    ) -> String? {
        if value.number < low { return "Value must be at least \(lowText)" }
        if let high, value.number > high { return "Value must be no more than \(highText)" }
        return nil
    }

    private static func members(_ value: ConfigValue, _ allowed: [String]) -> String? {
        value.list.allSatisfy(allowed.contains) ? nil : "String must be one of: \(allowed.joined(separator: ", "))"
    }

    private static func throttled(_ list: [String]) -> String? {
        if list.isEmpty || list == ["*"] { return nil }
        let fine = list.allSatisfy { pair in
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count == 2 && parts.allSatisfy { Int32($0) != nil }
        }
        return fine
            ? nil
            : "must be the literal '*' or a list of replicas in the following format: "
                + "[partitionId]:[brokerId],[partitionId]:[brokerId],..."
    }
}
