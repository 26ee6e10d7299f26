// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity

/// `--add-config`, `--add-config-file` and `--delete-config`.
struct ConfigChanges: Sendable {
    private(set) var additions: [(name: String, value: String)] = []
    private(set) var deletions: [String] = []

    init(_ arguments: Arguments) throws {
        let adds = arguments.has("add-config") || arguments.has("add-config-file")
        if arguments.has("add-config"), arguments.has("add-config-file") {
            throw CommandError("Only one of --add-config or --add-config-file must be specified")
        }
        guard adds || arguments.has("delete-config") else {
            throw CommandError(
                "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter")
        }
        if let path = arguments.string("add-config-file") {
            additions = try Properties(file: path, option: "add-config-file").entries.map { ($0.name, $0.value) }
        }
        if let text = arguments.string("add-config") { additions = try Self.pairs(text) }
        deletions = arguments.strings("delete-config").flatMap(commaSeparated)
        for (name, _) in additions {
            let isPlain = name.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || "._-".unicodeScalars.contains(scalar))
            }
            if !isPlain || name.isEmpty { throw CommandError("Invalid character found for config key: \(name)") }
        }
    }

    /// What a call may destroy: removing settings does, logins among them, and so do settings by which records go.
    static func destruction(_ arguments: Arguments) -> String? {
        guard arguments.flag("alter"), !arguments.has("delete-config") else {
            return arguments.flag("alter") ? "remove configurations" : nil
        }
        let text = arguments.string("add-config") ?? ""
        let changesRetention = ["retention.", "cleanup.policy"].contains { text.contains($0) }
        return changesRetention || arguments.has("add-config-file") ? "change how long records are kept" : nil
    }

    /// The changes with passwords in the place of what stands for them. References in what is no login are followed by
    /// brokers, where they have providers for them.
    func revealed(by resolver: SecretResolver) throws -> ConfigChanges {
        var changes = self
        changes.additions = try additions.map { name, value in
            if ScramMechanism(name: name) != nil, let mark = value.firstRange(of: "password=") {
                let password = String(value[mark.upperBound...])
                return (name, value[..<mark.upperBound] + (try resolver.resolve(password, of: "password")))
            }
            return (name, value == "-" ? try resolver.resolve(value, of: name) : value)
        }
        return changes
    }

    /// `a=1,b=[2,3]`: commas in brackets belong to the value.
    static func pairs(_ text: String) throws -> [(name: String, value: String)] {
        var words = [""]
        var depth = 0
        for character in text {
            if character == "[" { depth += 1 } else if character == "]" { depth -= 1 }
            if character == ",", depth <= 0 { words.append("") } else { words[words.count - 1].append(character) }
        }
        return try words.map { word in
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandError(
                    "Invalid entity config '\(SecretProperty.shown(word))': all configs to be added must be in the format \"key=val\"."
                )
            }
            let value = String(parts[1]).trimmed
            guard value.contains("=") == false || value.hasPrefix("[") else {
                throw CommandError(
                    "Invalid entity config '\(SecretProperty.shown(word))': all configs to be added must be in the format \"key=val\"."
                )
            }
            return (String(parts[0]).trimmed, value.filter { $0 != "[" && $0 != "]" }.trimmed)
        }
    }
}
