// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// An option where the tool should be: `kafka --topic orders`.
enum MisplacedOption {
    /// How many tools are named.
    private static let most = 3

    /// What is wrong, which tools take the option, and what else may be meant.
    /// - Parameters:
    ///   - word: with its dashes.
    ///   - rest: what follows it, where the tool may be.
    static func refusal(_ word: String, _ rest: [String]) -> String {
        let option = String(word.prefix { $0 != "=" })
        let name = String(option.drop { $0 == "-" })
        let takers = takers(of: name)
        if let tool = rest.first(where: takers.contains) {
            return "\(option) stands behind the tool: kafka \(tool) \(option) …"
        }
        if !takers.isEmpty {
            return "\(option) stands behind the tool that takes it: \(list(takers)); \(pointer)"
        }
        let meant = Habits.options(option).map { "\($0.hint) behind \(list(Self.takers(of: $0.option)))" }
        if !meant.isEmpty {
            return "no tool takes \(option); did you mean \(meant.joined(separator: ", or "))? \(pointer)"
        }
        if let near = closest(to: name, among: Set(Tools.listed.flatMap(names)).sorted()) {
            return
                "no tool takes \(option); did you mean --\(near) behind \(list(Self.takers(of: near)))? \(pointer)"
        }
        return "a tool comes first, and none takes \(option); \(pointer)"
    }

    private static let pointer = "kafka help lists all tools"

    private static func options(of tool: String) -> [OptionDefinition] {
        (Tools.command(named: tool)?.definition.allOptions ?? []).filter { !$0.isHidden }
    }

    private static func names(of tool: String) -> [String] { options(of: tool).map(\.name) }

    /// What most people mean, who don't know the tools yet.
    private static let first = ["topics", "console-producer", "console-consumer"]
    private static let tools = first + Tools.listed.filter { !first.contains($0) }

    /// The tools that have an option of this name, or with this letter.
    private static func takers(of name: String) -> [String] {
        tools.filter { tool in
            options(of: tool).contains { option in
                option.name == name || option.aliases.contains(name) || option.short.map(String.init) == name
            }
        }
    }

    /// `kafka topics, kafka configs or one of 7 others`
    private static func list(_ tools: [String]) -> String {
        let isLong = tools.count > most + 1
        let named = tools.prefix(isLong ? most : tools.count).map { "kafka \($0)" }
        let last = isLong ? "one of \(tools.count - most) others" : named.last ?? ""
        let front = isLong ? named[...] : named.dropLast()
        return front.isEmpty ? last : front.joined(separator: ", ") + " or " + last
    }
}
