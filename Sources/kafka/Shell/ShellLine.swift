// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What a line typed into the shell asks for.
enum ShellLine: Equatable {
    case nothing
    case help(tool: String?)
    case exit(status: Int32?)
    case tool(name: String, words: [String])
    /// A line that can't be run, and why.
    case refused(String)

    init(_ parsed: ShellWords, _ tools: ToolTable) {
        switch parsed.flaw {
        case .unfinished:
            self = .refused("a quote or a backslash at the end of the line leaves it unfinished")
            return
        case .notPartOfIt(let character):
            self = .refused(
                "there are no pipes, redirections or lists of commands here; put '\(character)' in quotes if it belongs"
                    + " to a word, or run the kafka command in your system's shell")
            return
        case nil: break
        }
        var words = parsed.words[...]
        // Pasted from a tutorial: "kafka topics", "kafka-topics.sh", "bin/kafka-topics.sh".
        if words.first == "kafka" { words.removeFirst() }
        let cluster: String?
        do {
            cluster = try NamedCluster.take(from: &words)
        } catch {
            self = .refused(ErrorText.line(for: error))
            return
        }
        if let first = words.first, let tool = ToolTable.name(ofLink: first) { words[words.startIndex] = tool }
        guard let first = words.popFirst() else {
            self = parsed.words.isEmpty ? .nothing : .help(tool: nil)
            return
        }
        switch first {
        case "help", "--help", "-h", "?": self = .help(tool: words.first)
        case "exit", "quit":
            let status = words.first.map { UInt8($0) }
            if status == .some(nil) || words.count > 1 {
                self = .refused("\(first) takes a status from 0 to 255")
            } else {
                self = .exit(status: status.flatMap { $0 }.map { Int32($0) })
            }
        case "--version": self = .tool(name: first, words: [])
        default:
            if let definition = tools.definition(first) {
                do {
                    let words = try NamedCluster.words(cluster, Array(words), definition)
                    self = .tool(name: first, words: words)
                } catch {
                    self = .refused(ErrorText.line(for: error))
                }
            } else {
                // Here the word kafka is left out.
                let meant = Habits.tool(first).map { String($0.dropFirst("kafka ".count)) }
                let hint = (meant ?? closest(to: first, among: tools.listed + ["exit", "help"])).map {
                    "did you mean \($0)?"
                }
                self = .refused("there is no tool '\(first)'; \(hint ?? "help lists them")")
            }
        }
    }
}
