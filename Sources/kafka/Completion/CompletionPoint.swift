// SPDX-License-Identifier: Apache-2.0

/// What may come at the end of a command line that is being typed.
struct CompletionPoint: Equatable {
    /// Nil where nothing can be offered.
    private(set) var source: CandidateSource?
    /// What stands before the candidate within the word: `--topic=`, or the beginning of a list.
    private(set) var before = ""
    /// What is typed of the candidate already.
    private(set) var typed: String

    /// - Parameters:
    ///   - words: the words before the one that is typed, from the tool on.
    ///   - current: what is typed of the word, empty behind a blank.
    init(words: [String], current: String, _ tools: ToolTable) {
        typed = current
        var words = words[...]
        if words.first == "kafka" { words.removeFirst() }
        if words.elementsEqual([NamedCluster.option]) {
            source = .cluster(.clusters)
            return
        }
        _ = try? NamedCluster.take(from: &words)
        guard let first = words.popFirst() else {
            source = .words(tools.listed + ["help", "exit"])
            return
        }
        if first == "help" {
            source = words.isEmpty ? .words(tools.listed) : nil
            return
        }
        guard let definition = tools.definition(ToolTable.name(ofLink: first) ?? first) else { return }
        complete(definition, words)
    }

    private mutating func complete(_ definition: CommandDefinition, _ words: ArraySlice<String>) {
        let line = Scan(definition, words)
        if let option = line.pending {
            if case .value = option.kind { return setValue(of: option) }
            if !typed.hasPrefix("-"), CandidateSource(option) != nil { return setValue(of: option) }
        }
        if !line.isTerminated, typed.hasPrefix("-") {
            if let equals = typed.firstIndex(of: "=") {
                guard let option = Scan.option(String(typed[..<equals]), definition) else { return }
                before = String(typed[...equals])
                typed = String(typed[typed.index(after: equals)...])
                return setValue(of: option)
            }
            source = .words(line.openOptions)
            return
        }
        if !definition.actions.isEmpty, !line.hasAction {
            source = .words(definition.actions.map(\.name))
        } else {
            source = definition.operandSource ?? (typed.isEmpty ? .words(line.openOptions) : nil)
        }
    }

    private mutating func setValue(of option: OptionDefinition) {
        source = CandidateSource(option)
        if option.takesList, let comma = typed.lastIndex(of: ",") {
            before += typed[...comma]
            typed = String(typed[typed.index(after: comma)...])
        }
    }
}

/// What the finished words of a line hold.
private struct Scan {
    /// The option whose value comes next.
    var pending: OptionDefinition?
    var hasAction = false
    /// Whether two dashes ended the options.
    var isTerminated = false
    /// The options that may still come.
    var openOptions: [String]

    init(_ definition: CommandDefinition, _ words: ArraySlice<String>) {
        var given: Set<String> = []
        let actions = Set(definition.actions.map(\.name))
        for word in words {
            if let option = pending {
                pending = nil
                if case .value = option.kind { continue }
                if !word.hasPrefix("-") { continue }
            }
            if word == "--" {
                isTerminated = true
            } else if !isTerminated, word.hasPrefix("-") {
                let name = word.prefix { $0 != "=" }
                guard let option = Self.option(String(name), definition) else { continue }
                given.insert(option.name)
                if actions.contains(option.name), option.kind == .flag { hasAction = true }
                if option.kind != .flag, name == word { pending = option }
            } else if actions.contains(word) {
                hasAction = true
            }
        }
        let hasAction = hasAction
        openOptions = definition.offeredOptions.filter { option in
            if hasAction, option.kind == .flag, actions.contains(option.name) { return false }
            return option.repeats || !given.contains(option.name)
        }.map { "--" + $0.name }
    }

    /// The option that a word with its dashes names, if only by its beginning.
    static func option(_ word: String, _ definition: CommandDefinition) -> OptionDefinition? {
        let options = definition.allOptions
        guard word.hasPrefix("--") else {
            return options.first { option in option.short.map { "-\($0)" == word } ?? false }
        }
        let name = word.dropFirst(2)
        if let exact = options.first(where: { $0.name == name || $0.aliases.contains(String(name)) }) { return exact }
        let candidates = options.filter { $0.name.hasPrefix(name) && !$0.isHidden }
        let kafkas = candidates.filter { !$0.isAddition }
        return candidates.count == 1 ? candidates[0] : kafkas.count == 1 ? kafkas[0] : nil
    }
}
