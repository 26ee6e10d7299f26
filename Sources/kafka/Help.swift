// SPDX-License-Identifier: Apache-2.0

/// Help at a terminal, made from a tool's definition.
enum Help {
    private static let width = 100
    private static let column = 36

    static func text(_ definition: CommandDefinition) -> String {
        var text = "\(definition.summary).\n\n"
        for (index, line) in usage(definition).enumerated() {
            text += (index == 0 ? "usage: " : "       ") + line + "\n"
        }
        if !definition.actions.isEmpty {
            text += "\nActions\n"
            for action in definition.actions {
                text += entry(action.isFlag ? "--" + action.name : action.name, action.help)
            }
        }
        text += "\nOptions\n"
        for option in definition.ownOptions where !option.isHidden {
            text += entry((option.short.map { "-\($0), " } ?? "") + option.synopsis, option.help)
        }
        if definition.connects {
            text += "\nProperties of the client\n" + wrapped(precedence, width - 2).map { "  \($0)\n" }.joined()
        }
        if !definition.examples.isEmpty {
            text += "\nExamples\n"
            for example in definition.examples {
                text += "  \(example.command)\n      \(example.does)\n"
            }
        }
        return text
    }

    /// Which of several places counts.
    static let precedence = """
        What is said in several places is taken from the first of these: an option of its own, --command-property or its \
        kin, the file of --command-config, the named cluster, the environment. A cluster that was not named on the command \
        line is left out where the command line or its file gives an address. kafka-security(7) tells more.
        """

    static func usage(_ definition: CommandDefinition) -> [String] {
        let rest = definition.operands.map { " \($0)" } ?? ""
        guard let first = definition.actions.first else {
            return ["\(definition.fullName) [options]\(rest)"]
        }
        return first.isFlag
            ? ["\(definition.fullName) --ACTION [options]\(rest)"]
            : ["\(definition.fullName) ACTION [options]\(rest)"]
    }

    static func overview() -> String {
        var text = """
            Apache Kafka's command line tools and a broker, in one executable.

            usage: kafka TOOL [options]      kafka TOOL --help tells more

            Tools

            """
        for name in Tools.listed {
            guard let command = Tools.command(named: name) else { continue }
            text += entry(name, command.definition.summary, column: 30)
        }
        text += """

            The cluster is --bootstrap-server HOST:PORT, else kafka --cluster NAME TOOL, $KAFKA_CLUSTER or the current one
            of kafka clusters, else $KAFKA_BOOTSTRAP_SERVERS, else localhost:9092.

            """
        return text
    }

    /// A name and what it means, wrapped and indented.
    private static func entry(_ name: String, _ meaning: String, column: Int = column) -> String {
        var text = "  " + name
        if name.count + 4 > column {
            text += "\n" + String(repeating: " ", count: column)
        } else {
            text += String(repeating: " ", count: column - name.count - 2)
        }
        let indent = "\n" + String(repeating: " ", count: column)
        return text + wrapped(meaning, width - column).joined(separator: indent) + "\n"
    }

    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line)
        return lines
    }
}
