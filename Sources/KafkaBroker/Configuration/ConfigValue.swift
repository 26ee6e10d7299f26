// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// A configuration that can't be, in Kafka's words.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package var code: ErrorCode
    package var message: String

    package init(_ code: ErrorCode = .invalidConfig, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// A value that was read as its configuration's kind.
enum ConfigValue: Equatable {
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case text(String)
    case list([String])

    /// As Kafka prints it.
    var text: String {
        switch self {
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .double(let value): JavaText.double(value)
        case .text(let value): value
        case .list(let values): values.joined(separator: ",")
        }
    }

    var number: Double {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: .nan
        }
    }

    var list: [String] {
        if case .list(let values) = self { values } else { [] }
    }
}

extension ConfigDefinition {
    /// Reads and checks a value.
    /// - Throws: `Invalid value abc for configuration retention.ms: Not a number of type LONG` and the like.
    func parse(_ text: String) throws(ConfigurationError) -> ConfigValue {
        let trimmed = text.trimmed
        guard let value = read(trimmed) else { throw invalid(text, typeComplaint) }
        if let complaint = rule.complaint(value) { throw invalid(shown(value), complaint) }
        return value
    }

    /// The value as Kafka would print it after reading it; unreadable text stays as it is.
    func normalized(_ text: String) -> String { read(text.trimmed)?.text ?? text }

    /// Only checks a value, as `parse` does.
    package func check(_ text: String) throws(ConfigurationError) { _ = try parse(text) }

    private func read(_ text: String) -> ConfigValue? {
        switch kind {
        case .boolean:
            switch text.lowercased() {
            case "true": .bool(true)
            case "false": .bool(false)
            default: nil
            }
        case .int: Int32(text).map { .integer(Int64($0)) }
        case .short: Int16(text).map { .integer(Int64($0)) }
        case .long: Int64(text).map { .integer($0) }
        case .double: Double(text).map { .double($0) }
        case .list: .list(Self.elements(text))
        case .string, .class, .password: .text(text)
        }
    }

    /// The elements of a comma separated list; none for empty text.
    static func elements(_ text: String) -> [String] {
        if text.isEmpty { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed }
    }

    private var typeComplaint: String {
        kind == .boolean ? "Expected value to be either true or false" : "Not a number of type \(kind.name)"
    }

    /// Java prints a list in brackets where it complains about it.
    private func shown(_ value: ConfigValue) -> String {
        switch (value, rule) {
        case (.list, .listOf), (.list, .nonEmptyListOf):
            value.list.first { element in !allowedElements.contains(element) } ?? "[]"
        case (.list(let list), _): "[\(list.joined(separator: ", "))]"
        default: isSensitive ? "[hidden]" : value.text
        }
    }

    private var allowedElements: [String] {
        switch rule {
        case .listOf(let allowed), .nonEmptyListOf(let allowed): allowed
        default: []
        }
    }

    private func invalid(_ value: String, _ complaint: String) -> ConfigurationError {
        ConfigurationError(.invalidConfig, "Invalid value \(value) for configuration \(name): \(complaint)")
    }
}
