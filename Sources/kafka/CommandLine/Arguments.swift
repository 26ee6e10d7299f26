// SPDX-License-Identifier: Apache-2.0

/// The options of one call, by name.
struct Arguments: Sendable {
    let definition: CommandDefinition
    /// The action that was chosen, by flag or as the first word.
    var actions: [String] = []
    /// Words that belong to no option.
    var operands: [String] = []
    var warnings: [String] = []
    /// Where variables are looked up; nowhere unless it is told.
    var environment = Environment(variables: [:])
    /// The command line as it was given, for messages.
    var words: [String] = []
    /// The options in the order of the command line.
    private(set) var occurrences: [(name: String, value: String?)] = []
    private var given: [String: [String?]] = [:]

    init(_ definition: CommandDefinition) { self.definition = definition }

    mutating func add(_ name: String, _ value: String?) {
        given[name, default: []].append(value)
        occurrences.append((name, value))
    }

    private func known(_ name: String) -> [String?]? {
        assert(definition.allOptions.contains { $0.name == name }, "\(definition.name) has no option --\(name)")
        return given[name]
    }

    /// Whether the option was given, with or without a value.
    func has(_ name: String) -> Bool { known(name) != nil }

    func flag(_ name: String) -> Bool { has(name) }

    func string(_ name: String) -> String? { known(name)?.last ?? nil }

    func strings(_ name: String) -> [String] { known(name)?.compactMap { $0 } ?? [] }

    func required(_ name: String) throws -> String {
        guard let value = string(name) else { throw CommandError.missing(name) }
        return value
    }

    func integer<Integer: FixedWidthInteger>(_ name: String, _: Integer.Type = Integer.self) throws -> Integer? {
        guard let text = string(name) else { return nil }
        guard let value = Integer(text) else {
            throw CommandError(
                "Cannot parse argument '\(text)' of option \(name): it must be a whole number"
                    + " from \(Integer.min) to \(Integer.max).")
        }
        return value
    }

    func double(_ name: String) throws -> Double? {
        guard let text = string(name) else { return nil }
        guard let value = Double(text), value.isFinite else {
            throw CommandError("Cannot parse argument '\(text)' of option \(name): it must be a number.")
        }
        return value
    }

    func boolean(_ name: String) throws -> Bool? {
        guard let text = string(name) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw CommandError("Cannot parse argument '\(text)' of option \(name): it must be true or false.")
        }
    }

    /// The value as one of a fixed set of words.
    func choice(_ name: String, _ words: [String]) throws -> String? {
        guard let text = string(name) else { return nil }
        guard words.contains(text) else {
            throw CommandError(
                "Invalid value '\(text)' of option \(name): it must be one of \(words.joined(separator: ", ")).")
        }
        return text
    }

    /// Exactly one of the tool's actions.
    func action() throws -> String {
        let distinct = actions.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        guard distinct.count == 1 else {
            let dashes = definition.actions.first?.isFlag == true ? "--" : ""
            let all = definition.actions.map { dashes + $0.name }
            let list = all.dropLast().joined(separator: ", ") + (all.count > 1 ? " or " : "") + (all.last ?? "")
            throw CommandError("Command must include exactly one action: \(list)")
        }
        return distinct[0]
    }

    /// Refuses `options` beside `option`, if that was given.
    func refuse(_ options: [String], with option: String) throws {
        guard has(option) else { return }
        for other in options where has(other) { throw CommandError.conflict(other, with: option) }
    }

    /// Refuses `options` under `action`.
    func refuse(_ options: [String], under action: String) throws {
        for option in options where has(option) { throw CommandError.conflict(option, with: action) }
    }

    /// Refuses under `action` the options that belong to others alone.
    /// - Parameter homes: options, with the actions that take them.
    func refuse(strangersTo action: String, _ homes: [(options: [String], actions: [String])]) throws {
        for home in homes where !home.actions.contains(action) { try refuse(home.options, under: action) }
    }

    func requireOneOf(_ options: [String], for action: String) throws {
        guard !options.contains(where: has) else { return }
        throw CommandError(
            "Option [\(action)] takes one of these options: \(options.map { "[\($0)]" }.joined(separator: ", "))")
    }
}
