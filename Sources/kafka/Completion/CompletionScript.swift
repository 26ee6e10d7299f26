// SPDX-License-Identifier: Apache-2.0

/// The files in `Completions/`, each made from the tools' definitions.
enum CompletionScript: String, CaseIterable {
    case bash
    case zsh
    case fish

    /// As the shell looks for it.
    var fileName: String {
        switch self {
        case .bash: "kafka.bash"
        case .zsh: "_kafka"
        case .fish: "kafka.fish"
        }
    }

    var text: String {
        switch self {
        case .bash: BashScript.text
        case .zsh: ZshScript.text
        case .fish: FishScript.text
        }
    }

    static let notice = "# Made from the tools' definitions by `make completions`; changes are lost."

    /// The tools in the order of the overview, with their definitions.
    static var tools: [CommandDefinition] { Tools.listed.compactMap { Tools.command(named: $0)?.definition } }

    /// The names of links that stand for a tool; tutorials also type kafka-topic.sh.
    static func links(to tool: String) -> [String] {
        let names = tool == "topics" ? ["topics", "topic"] : [tool]
        return names.flatMap { ["kafka-\($0)", "kafka-\($0).sh"] }
    }

    static var allLinks: [String] { Tools.listed.flatMap(links) }
}
