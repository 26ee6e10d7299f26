// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Every option of every tool")
struct OptionSamplesTests {
    private func parse(_ words: [String], _ command: any Command.Type) throws -> any Command {
        try command.init(OptionParser.parse(words, command.definition))
    }

    @Test("has a command line in the table that the tool takes", arguments: Tools.listed)
    func taken(name: String) async throws {
        let command = try #require(Tools.command(named: name))
        let lines = try #require(OptionSamples.lines[name], "a tool without samples")
        var seen: Set<String> = []
        try await OptionSamples.withFiles { files in
            for line in lines {
                let words = OptionSamples.words(line, files)
                let arguments = try OptionParser.parse(words, command.definition)
                seen.formUnion(arguments.occurrences.map(\.name) + arguments.actions)
                if arguments.definition.subject.map(arguments.has) == true {
                    seen.insert(arguments.definition.subject!)
                }
                #expect(throws: Never.self, "\(name) \(line)") { try parse(words, command) }
            }
        }
        let documented = command.definition.options.filter { !$0.isHidden }.map(\.name)
        // What tools with tables have in common is tested with the tables.
        let missing = Set(documented + command.definition.actions.map(\.name)).subtracting(seen).subtracting(["output"])
            .subtracting(OptionSamples.refused[name] ?? [])
        #expect(missing.isEmpty, "options without a sample")
    }

    /// Values that may be any text, by what stands for them in the help.
    private static let anyText: Set<String> = [
        "TOPIC", "TOPICS", "TOPIC,...", "GROUP", "ID", "NAME", "NAMES", "TEXT", "TOKEN", "HOST", "IP", "USER", "DIR",
        "KEY", "FILES", "HMAC", "PREFIX,...", "CLASS", "[CLASS]", "REGEX", "FIELDS", "CONDITION", "FORMAT", "IDS",
        "LIST", "WORDS",
        "PROTOCOL", "HOST:PORT",
    ]

    /// Resources of access control lists, which the broker judges, and features, which it knows.
    private static let judgedByTheBroker = ["acls": ["user-principal"], "features": ["feature"]]

    /// What is said of a bad value, before anything is done.
    private func refusal(_ words: [String], _ command: any Command.Type) async -> String? {
        do {
            _ = try parse(words, command)
            return await CommandRun([command.definition.name] + words).refusal
        } catch {
            return "\(error)"
        }
    }

    /// Numbers, times and durations where a computation overflows first.
    private static let extremes = [
        "9223372036854775807", "-9223372036854775808", "18446744073709551615", "-1", "1e308", "-1e308", "nan",
        "@9223372036854775807", "@-9223372036854775808", "-104249991374d", "9999-12-31T23:59:59.999-23:59",
        "0000-01-01T00:00:00+23:59", "P99999999999999D", "-P99999999999999D", "PT9999999999999999999S", "",
    ]

    @Test("takes or refuses the largest and the smallest values, and does not trap", arguments: Tools.listed)
    func extreme(name: String) async throws {
        let command = try #require(Tools.command(named: name))
        try await OptionSamples.withFiles { files in
            for line in OptionSamples.lines[name] ?? [] {
                let words = OptionSamples.words(line, files)
                for (index, word) in words.enumerated() where word.hasPrefix("--") && index + 1 < words.count {
                    guard let option = command.definition.options.first(where: { "--" + $0.name == word }),
                        option.placeholder != nil, !words[index + 1].hasPrefix("--")
                    else { continue }
                    for value in Self.extremes {
                        let changed = words[..<index] + ["\(word)=\(value)"] + words[(index + 2)...]
                        _ = try? parse(Array(changed), command)
                    }
                }
            }
        }
    }

    @Test("refuses a value that it cannot take, and names it", arguments: Tools.listed)
    func refused(name: String) async throws {
        let command = try #require(Tools.command(named: name))
        let bad = "~bad~"
        try await OptionSamples.withFiles { files in
            for line in OptionSamples.lines[name] ?? [] {
                let words = OptionSamples.words(line, files)
                for (index, word) in words.enumerated() where word.hasPrefix("--") && index + 1 < words.count {
                    let option = command.definition.options.first { "--" + $0.name == word }
                    guard let option, let placeholder = option.placeholder, !words[index + 1].hasPrefix("--"),
                        !Self.anyText.contains(placeholder),
                        Self.judgedByTheBroker[name]?.contains(option.name) != true
                    else { continue }
                    var changed = words
                    changed[index + 1] = bad
                    #expect(await refusal(changed, command)?.contains(bad) == true, "\(name) \(word) \(line)")
                }
            }
        }
    }
}
