// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// One property of Kafka's clients: its name, what it takes, and where it goes.
public struct ConfigurationDefinition: Sendable {
    /// Which clients have the property.
    public struct Scope: OptionSet, Sendable {
        public var rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// Producers.
        public static let producer = Scope(rawValue: 1)
        /// Consumers.
        public static let consumer = Scope(rawValue: 2)
        /// Clients that administer.
        public static let admin = Scope(rawValue: 4)
        /// All clients.
        public static let all: Scope = [.producer, .consumer, .admin]
    }

    /// Kafka's name, such as `linger.ms`.
    public var name: String
    /// What values it takes.
    public var type: ConfigurationType
    /// Nil where the property has no default.
    public var defaultValue: String?
    /// Which clients have it.
    public var scope: Scope
    /// One line in plain words.
    public var documentation: String
    let assign: @Sendable (inout ClientConfiguration, ConfigurationValue) throws(ClientError) -> Void

    init(
        _ name: String, _ type: ConfigurationType, _ defaultValue: String?, _ scope: Scope, _ documentation: String,
        _ assign: @escaping @Sendable (inout ClientConfiguration, ConfigurationValue) throws(ClientError) -> Void
    ) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.scope = scope
        self.documentation = documentation
        self.assign = assign
    }

    /// A property of all clients.
    init(
        _ name: String, _ type: ConfigurationType, _ defaultValue: String?, _ documentation: String,
        _ assign: @escaping @Sendable (inout ClientConfiguration, ConfigurationValue) throws(ClientError) -> Void
    ) {
        self.init(name, type, defaultValue, .all, documentation, assign)
    }

    func apply(_ text: String, to configuration: inout ClientConfiguration) throws(ClientError) {
        let text = if case .password = type { text } else { text.trimmed }
        try assign(&configuration, try type.parse(text, name))
    }

    /// A property of logins or encryption, which `ClientSecurity` makes sense of.
    static func security(
        _ name: String, _ type: ConfigurationType, _ defaultValue: String?, _ documentation: String
    ) -> ConfigurationDefinition {
        ConfigurationDefinition(name, type, defaultValue, documentation) { (configuration, value) in
            let text =
                switch value {
                case .bool(let value): "\(value)"
                case .int(let value): "\(value)"
                case .string(let value): value
                case .list(let value): value.joined(separator: ",")
                }
            configuration.securityProperties[name] = text
        }
    }

    static func invalid(_ name: String, _ value: String, _ reason: String) -> ClientError {
        ClientError(.configuration, "Invalid value \(value) for configuration \(name): \(reason)")
    }
}

/// What a property takes.
public enum ConfigurationType: Sendable {
    /// `true` or `false`, in capitals or not.
    case bool
    /// A whole number of 32 bits, within the range.
    case int32(ClosedRange<Int64>)
    /// A whole number of 64 bits, within the range.
    case int64(ClosedRange<Int64>)
    /// One of these words.
    case word([String], ignoringCase: Bool)
    /// Any text.
    case string
    /// Any text as it stands, with spaces at its ends; never shown.
    case password
    /// Any text but none.
    case nonEmptyString
    /// Parts with commas between.
    case list

    /// The words that completion can offer.
    public var words: [String] {
        switch self {
        case .bool: ["true", "false"]
        case .word(let words, _): words
        default: []
        }
    }

    func parse(_ text: String, _ name: String) throws(ClientError) -> ConfigurationValue {
        switch self {
        case .bool:
            switch text.lowercased() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default:
                throw ConfigurationDefinition.invalid(name, text, "Expected value to be either true or false")
            }
        case .int32(let range):
            guard let value = Int32(text) else {
                throw ConfigurationDefinition.invalid(name, text, "Not a number of type INT")
            }
            return try Self.checked(Int64(value), range, name)
        case .int64(let range):
            guard let value = Int64(text) else {
                throw ConfigurationDefinition.invalid(name, text, "Not a number of type LONG")
            }
            return try Self.checked(value, range, name)
        case .word(let words, let ignoringCase):
            let match = words.first { ignoringCase ? $0.lowercased() == text.lowercased() : $0 == text }
            guard let match else {
                let hint = ignoringCase ? "String must be one of (case insensitive)" : "String must be one of"
                throw ConfigurationDefinition.invalid(name, text, "\(hint): \(words.joined(separator: ", "))")
            }
            return .string(match)
        case .string, .password:
            return .string(text)
        case .nonEmptyString:
            guard !text.isEmpty else { throw ConfigurationDefinition.invalid(name, text, "String must be non-empty") }
            return .string(text)
        case .list:
            return .list(text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty })
        }
    }

    private static func checked(
        _ value: Int64, _ range: ClosedRange<Int64>, _ name: String
    ) throws(ClientError) -> ConfigurationValue {
        if value < range.lowerBound {
            throw ConfigurationDefinition.invalid(name, "\(value)", "Value must be at least \(range.lowerBound)")
        }
        if value > range.upperBound {
            throw ConfigurationDefinition.invalid(name, "\(value)", "Value must be no more than \(range.upperBound)")
        }
        return .int(value)
    }
}

/// A property's value as its type reads it.
enum ConfigurationValue: Sendable {
    case bool(Bool)
    case int(Int64)
    case string(String)
    case list([String])

    var bool: Bool { if case .bool(let value) = self { value } else { false } }
    var int: Int { if case .int(let value) = self { Int(value) } else { 0 } }
    var int32: Int32 { Int32(clamping: int) }
    var milliseconds: Duration { .milliseconds(int) }
    var string: String { if case .string(let value) = self { value } else { "" } }
    var list: [String] { if case .list(let value) = self { value } else { [] } }
}
