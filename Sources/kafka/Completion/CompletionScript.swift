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

    func text(_ tools: ToolTable) -> String {
        switch self {
        case .bash: BashScript.text(tools.definitions)
        case .zsh: ZshScript.text(tools.definitions)
        case .fish: FishScript.text(tools.definitions)
        }
    }

    static let notice = "# Made from the tools' definitions by `make completions`; changes are lost."

    /// The names of links that stand for a tool; tutorials also type kafka-topic.sh.
    static func links(to tool: String) -> [String] {
        let names = tool == "topics" ? ["topics", "topic"] : [tool]
        return names.flatMap { ["kafka-\($0)", "kafka-\($0).sh"] }
    }

    static func links(to tools: [CommandDefinition]) -> [String] { tools.flatMap { links(to: $0.name) } }
}
