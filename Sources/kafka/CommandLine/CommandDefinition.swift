// SPDX-License-Identifier: Apache-2.0

import KafkaText

/// What a tool is called, does and takes.
struct CommandDefinition: Sendable {
    /// Something the tool can be told to do: `--create`, which may also be written as the first word, `create`.
    struct Action: Sendable {
        var name: String
        var help: String
        /// Whether Kafka's tool knows it as a flag (`--list`) rather than as a word (`cluster-id`).
        var isFlag = true

        static func flag(_ name: String, _ help: String) -> Self { Self(name: name, help: help) }
        static func word(_ name: String, _ help: String) -> Self { Self(name: name, help: help, isFlag: false) }
    }

    struct Example: Sendable {
        var command: String
        var does: String

        init(_ command: String, _ does: String) {
            self.command = command
            self.does = does
        }
    }

    /// A part of the man page that only this tool has, between its options and its examples.
    struct Section: Sendable {
        enum Block: Sendable {
            case paragraph(String)
            case item(String, String)
            case example(String, String)
        }

        /// In capitals.
        var title: String
        var blocks: [Block]
    }

    var name: String
    var summary: String
    /// A paragraph or two for the man page.
    var discussion = ""
    var actions: [Action] = []
    var options: [OptionDefinition]
    /// The option that a word without an option belongs to: `kafka topics create orders`.
    var subject: String?
    /// Whether several such words are taken though the option is given once: `kafka topics delete orders payments`.
    var takesSeveral = false
    /// What the words that belong to no option stand for; nil when there are none.
    var operands: String?
    /// Whether these words are a command to run: the first ends the options, and those behind it are the command's.
    var takesCommand = false
    /// What a call destroys, as in "delete topics"; nil where it destroys nothing. A protected cluster lets nothing be
    /// destroyed that was not confirmed.
    var destruction: (@Sendable (Arguments) -> String?)?
    /// What `--output json` writes; empty if the tool prints no tables.
    var rows: [JSONRow] = []
    var sections: [Section] = []
    var examples: [Example] = []
    /// How the tool differs from Apache Kafka's, for the man page.
    var differences: [String] = []
    /// Status of the tool's own usage errors names the tool: `kafka topics`.
    var fullName: String { "kafka \(name)" }

    /// All that may follow two dashes: options, actions that are flags, and what every tool has.
    var allOptions: [OptionDefinition] {
        actions.filter(\.isFlag).map { .flag($0.name, $0.help) } + ownOptions + Self.everywhere
    }

    /// What is listed as the tool's options: `options`, some with a letter, how it writes its tables, and how to look
    /// for a fault.
    var ownOptions: [OptionDefinition] {
        Habits.lettered(
            options + (rows.isEmpty ? [] : [JSONRow.option])
                + (connects ? ConnectionOptions.everywhere(beside: options) + [DebugLog.option] : [])
                + (destruction == nil ? [] : [Protection.option]))
    }

    /// Whether the tool is a client of a cluster.
    var connects: Bool { !ConnectionOptions.addresses(of: self).isEmpty }

    private static let everywhere: [OptionDefinition] = [
        .flag("help", "Show this help", short: "h"),
        .flag("version", "Show the version"),
    ]
}
