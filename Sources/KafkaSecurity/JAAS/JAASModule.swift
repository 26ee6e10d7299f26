// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// A login module of a JAAS configuration: its class and its options.
package struct JAASModule: Sendable, Equatable {
    /// The class's whole name.
    package var className: String
    package var options: [String: String]

    /// The class's name without its package.
    package var name: String { className.split(separator: ".").last.map(String.init) ?? className }

    package subscript(_ option: String) -> String? { options[option] }

    /// The value of `sasl.jaas.config`: one module, `class required key="value" …;`.
    package init(_ text: String) throws(SecurityError) {
        var scanner = JAASScanner(text)
        guard let module = try Self.module(&scanner) else {
            throw SecurityError("Login module not specified in JAAS config")
        }
        var count = 1
        while try Self.module(&scanner) != nil { count += 1 }
        guard count == 1 else {
            throw SecurityError("JAAS config property contains \(count) login modules, should be 1 module")
        }
        self = module
    }

    init(className: String, options: [String: String]) {
        self.className = className
        self.options = options
    }

    /// The next module; nil at the end, or where a section's `}` stands.
    static func module(_ scanner: inout JAASScanner) throws(SecurityError) -> JAASModule? {
        var token = try scanner.next()
        // One semicolon too many is none.
        while token == .mark(";") { token = try scanner.next() }
        guard case .word(let className) = token else {
            if token == .end || token == .mark("}") { return nil }
            throw SecurityError("a JAAS config begins with the class of a login module, such as \(Self.plainClass)")
        }
        guard case .word(let flag) = try scanner.next() else {
            throw SecurityError("Control flag not specified in JAAS config; write '\(className.printable) required …;'")
        }
        guard ["required", "requisite", "sufficient", "optional"].contains(flag.lowercased()) else {
            throw SecurityError("Invalid login module control flag '\(flag.printable)' in JAAS config")
        }
        var options: [String: String] = [:]
        while true {
            switch try scanner.next() {
            case .mark(";"): return JAASModule(className: className, options: options)
            case .word(let key):
                guard try scanner.next() == .mark("=") else {
                    throw SecurityError("Value not specified for key '\(key.printable)' in JAAS config")
                }
                switch try scanner.value() {
                case .word(let value), .text(let value): options[key] = value
                default: throw SecurityError("Value not specified for key '\(key.printable)' in JAAS config")
                }
            case .end: throw SecurityError("JAAS config entry not terminated by semi-colon")
            // What stands there may be a part of a password.
            default: throw SecurityError("a JAAS config has something that is no key=value; put values into quotes")
            }
        }
    }

    package static let plainClass = "org.apache.kafka.common.security.plain.PlainLoginModule"
}
