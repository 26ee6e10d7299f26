// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Reads a command line as Kafka's tools do (joptsimple's rules): `--opt value`, `--opt=value`, unambiguous prefixes
/// of long options, values that begin with a dash, options whose value may be left out.
///
/// It works from the command's own definition and nothing else. swift-argument-parser was measured and left: it knows
/// neither prefixes nor definitions that can be read at run time, so that a complete parser would stand before it, and
/// it took 2.5 ms of each start.
struct OptionParser {
    private let definition: CommandDefinition
    private let options: [OptionDefinition]
    private var arguments: Arguments

    private init(_ definition: CommandDefinition) {
        self.definition = definition
        options = definition.allOptions
        arguments = Arguments(definition)
    }

    static func parse(_ words: [String], _ definition: CommandDefinition) throws -> Arguments {
        var parser = OptionParser(definition)
        parser.arguments.words = words
        try parser.read(words)
        try parser.assignOperands()
        return parser.arguments
    }

    /// Those of the words that are the tool's own, and no command's that it is to run.
    static func ownWords(_ words: [String], _ definition: CommandDefinition) -> [String] {
        guard definition.takesCommand, let arguments = try? parse(words, definition) else { return words }
        return words.dropLast(arguments.operands.count)
    }

    private mutating func read(_ words: [String]) throws {
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            if word == "--" {
                arguments.operands += words[index...]
                return
            } else if word.hasPrefix("--") {
                let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let option = try option(named: String(parts[0]))
                try take(option, attached: parts.count == 2 ? String(parts[1]) : nil, words, &index)
            } else if word.count > 1, word.hasPrefix("-"), Int64(word) == nil {
                // Scripts of Kafka's have options such as -daemon.
                if let option = options.first(where: { $0.name == word.dropFirst() }) {
                    try take(option, attached: nil, words, &index)
                    continue
                }
                let name = word[word.index(after: word.startIndex)]
                guard let option = options.first(where: { $0.short == name }) else { throw unknown(word) }
                let rest = word.dropFirst(2)
                try take(option, attached: rest.isEmpty ? nil : String(rest), words, &index)
            } else if word.isEmpty {
                throw CommandError("An argument is empty; is a variable not set?")
            } else {
                arguments.operands.append(word)
                guard definition.takesCommand else { continue }
                arguments.operands += words[index...]
                return
            }
        }
    }

    private mutating func take(
        _ option: OptionDefinition, attached: String?, _ words: [String], _ index: inout Int
    ) throws {
        if let deprecation = option.deprecation { arguments.warnings.append("--\(option.name) \(deprecation)") }
        var value = attached
        switch option.kind {
        case .flag:
            if attached != nil { throw CommandError("Option --\(option.name) takes no value.") }
            if definition.actions.contains(where: { $0.isFlag && $0.name == option.name }) {
                arguments.actions.append(option.name)
            }
        case .value(let placeholder):
            if value == nil {
                guard index < words.count, !isOption(words[index]) else {
                    throw CommandError("Option --\(option.name) requires an argument: --\(option.name) \(placeholder)")
                }
                value = words[index]
                index += 1
            }
        case .optionalValue:
            if value == nil, index < words.count, !words[index].hasPrefix("-") {
                value = words[index]
                index += 1
            }
        }
        try refuseEmpty(value, option)
        if option.kind != .flag, !option.repeats, arguments.has(option.name) {
            throw CommandError("Found multiple arguments for option \(option.name), but it takes only one.")
        }
        arguments.add(option.name, value)
    }

    private func refuseEmpty(_ value: String?, _ option: OptionDefinition) throws {
        guard case .value(let placeholder) = option.kind, !option.allowsEmpty, let value else { return }
        // A text may be a blank; a name, file or list may not.
        let isEmpty = placeholder == "TEXT" ? value.isEmpty : value.allSatisfy { $0 == " " || $0 == "\t" || $0 == "," }
        guard isEmpty else { return }
        throw CommandError(
            "The value of option --\(option.name) is empty, where \(placeholder) should be; is a variable not set?")
    }

    /// Whether a word where a value should be is an option in fact; a value may begin with a dash.
    private func isOption(_ word: String) -> Bool {
        guard word.hasPrefix("--") else { return false }
        let name = word.dropFirst(2).prefix { $0 != "=" }
        return options.contains { $0.name == name || $0.aliases.contains(String(name)) }
    }

    private func option(named name: String) throws -> OptionDefinition {
        if let exact = options.first(where: { $0.name == name || $0.aliases.contains(name) }) { return exact }
        guard !name.isEmpty else { throw unknown("--") }
        let candidates = options.filter { option in
            option.name.hasPrefix(name) || option.aliases.contains { $0.hasPrefix(name) }
        }
        if candidates.count == 1 { return candidates[0] }
        let kafkas = candidates.filter { !$0.isAddition }
        if kafkas.count == 1 { return kafkas[0] }
        let shown = candidates.filter { !$0.isHidden }
        if shown.count == 1 { return shown[0] }
        if shown.isEmpty { throw unknown("--" + name) }
        throw CommandError(
            "--\(name) is ambiguous: it could be \(shown.map { "--" + $0.name }.joined(separator: ", ")).")
    }

    private func unknown(_ word: String) -> CommandError {
        let names = options.filter { !$0.isHidden }.map(\.name)
        let name = String(word.drop { $0 == "-" })
        if word == "--zookeeper" {
            let known = names.contains("bootstrap-server") ? "--bootstrap-server HOST:PORT" : "a broker's address"
            return CommandError("zookeeper is not a recognized option: Kafka 4 has no ZooKeeper; use \(known) instead.")
        }
        let meant = Habits.option(word, among: options) ?? closest(to: name, among: names).map { "--" + $0 }
        let hint = meant.map { "did you mean \($0)?" } ?? "see \(definition.fullName) --help"
        return CommandError("\(name) is not a recognized option; \(hint)")
    }

    /// Gives words without an option their meaning: first the action, then the subject.
    private mutating func assignOperands() throws {
        guard definition.operands == nil || !definition.actions.isEmpty else { return }
        var words = arguments.operands[...]
        if let first = words.first, arguments.actions.isEmpty, !definition.actions.isEmpty {
            if let action = definition.actions.first(where: { $0.name == first }) {
                words.removeFirst()
                arguments.actions.append(action.name)
                if action.isFlag { arguments.add(action.name, nil) }
            } else if !arguments.has("help"), !arguments.has("version") {
                let names = definition.actions.map(\.name)
                let meant = Habits.action(first, among: names) ?? closest(to: first, among: names)
                let hint = meant.map { "did you mean \($0)?" }
                throw CommandError(
                    "'\(first)' is not something \(definition.fullName) can do; \(hint ?? "see --help")")
            }
        }
        if definition.operands != nil {
            arguments.operands = Array(words)
            return
        }
        if let subject = definition.subject, let option = options.first(where: { $0.name == subject }) {
            while let word = words.first, option.repeats || definition.takesSeveral || !arguments.has(subject) {
                arguments.add(subject, word)
                words.removeFirst()
            }
        }
        guard let extra = words.first else {
            arguments.operands = []
            return
        }
        throw CommandError(
            "Unexpected argument '\(extra)'; options begin with two dashes, see \(definition.fullName) --help")
    }
}
