// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// One configuration: what it is called, what it may hold, and what it is when nobody sets it.
package struct ConfigDefinition: Sendable {
    /// The kinds of values, with Kafka's numbers for them in DescribeConfigs.
    package enum Kind: Int8, Sendable {
        case boolean = 1
        case string, int, short, long, double, list, `class`, password

        /// As error messages spell it.
        var name: String {
            switch self {
            case .boolean: "BOOLEAN"
            case .string: "STRING"
            case .int: "INT"
            case .short: "SHORT"
            case .long: "LONG"
            case .double: "DOUBLE"
            case .list: "LIST"
            case .class: "CLASS"
            case .password: "PASSWORD"
            }
        }
    }

    /// How a broker configuration may be changed while the broker runs (KIP-226).
    package enum UpdateMode: Sendable { case readOnly, perBroker, clusterWide }

    package var name: String
    package var kind: Kind
    /// In the form in which DescribeConfigs prints it; nil if there is none.
    package var defaultValue: String?
    package var rule: ConfigRule
    package var updateMode: UpdateMode
    /// One sentence.
    package var documentation: String
    /// Accepted, but never listed: for tests, or read by a plug-in rather than by the broker.
    package var isHidden = false

    package var isSensitive: Bool { kind == .password }
}

// The factories keep the tables to a line or two for each configuration.
extension ConfigDefinition {
    private static func make(
        _ name: String, _ kind: Kind, _ value: String?, _ rule: ConfigRule, _ mode: UpdateMode, _ text: String
    ) -> Self {
        Self(name: name, kind: kind, defaultValue: value, rule: rule, updateMode: mode, documentation: text)
    }

    static func bool(_ name: String, _ value: Bool, _ text: String, _ mode: UpdateMode = .readOnly) -> Self {
        make(name, .boolean, String(value), .any, mode, text)
    }

    static func string(
        _ name: String, _ value: String?, _ text: String, _ rule: ConfigRule = .any, _ mode: UpdateMode = .readOnly
    ) -> Self {
        make(name, .string, value, rule, mode, text)
    }

    static func int(
        _ name: String, _ value: Int32?, _ text: String, _ rule: ConfigRule = .any, _ mode: UpdateMode = .readOnly
    ) -> Self {
        make(name, .int, value.map { String($0) }, rule, mode, text)
    }

    static func short(
        _ name: String, _ value: Int16?, _ text: String, _ rule: ConfigRule = .any, _ mode: UpdateMode = .readOnly
    ) -> Self {
        make(name, .short, value.map { String($0) }, rule, mode, text)
    }

    static func long(
        _ name: String, _ value: Int64?, _ text: String, _ rule: ConfigRule = .any, _ mode: UpdateMode = .readOnly
    ) -> Self {
        make(name, .long, value.map { String($0) }, rule, mode, text)
    }

    static func double(
        _ name: String, _ value: Double, _ text: String, _ rule: ConfigRule = .any, _ mode: UpdateMode = .readOnly
    ) -> Self {
        make(name, .double, JavaText.double(value), rule, mode, text)
    }

    static func list(
        _ name: String, _ value: String?, _ text: String, _ rule: ConfigRule = .any, _ mode: UpdateMode = .readOnly
    ) -> Self {
        make(name, .list, value, rule, mode, text)
    }

    static func type(
        _ name: String, _ value: String?, _ text: String, _ mode: UpdateMode = .readOnly
    ) -> Self {
        make(name, .class, value, .any, mode, text)
    }

    static func password(_ name: String, _ text: String, _ mode: UpdateMode = .readOnly) -> Self {
        make(name, .password, nil, .any, mode, text)
    }

    var hidden: Self {
        var copy = self
        copy.isHidden = true
        return copy
    }
}
