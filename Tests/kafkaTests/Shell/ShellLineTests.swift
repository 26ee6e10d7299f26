// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("A line of the shell")
struct ShellLineTests {
    func line(_ text: String) -> ShellLine { ShellLine(ShellWords(text), Tools.table) }

    @Test("is a tool, with or without kafka before it, or under the name of Kafka's script")
    func tools() {
        let expected = ShellLine.tool(name: "topics", words: ["--list"])
        #expect(line("topics --list") == expected)
        #expect(line("kafka topics --list") == expected)
        #expect(line("bin/kafka-topics.sh --list") == expected)
        #expect(line("kafka-topics --list") == expected)
    }

    @Test("is help or the way out")
    func own() {
        #expect(line("") == .nothing && line("  # only a comment") == .nothing)
        #expect(line("help") == .help(tool: nil) && line("kafka") == .help(tool: nil))
        #expect(line("help topics") == .help(tool: "topics"))
        #expect(line("exit") == .exit(status: nil) && line("quit") == .exit(status: nil))
        #expect(line("exit 3") == .exit(status: 3))
    }

    @Test(
        "is refused with a reason",
        arguments: [("topisc", "did you mean topics?"), ("exit no", "0 to 255"), ("'a", "quote")])
    func refused(text: String, reason: String) throws {
        guard case .refused(let why) = line(text) else { throw CommandError("not refused: \(text)") }
        #expect(why.contains(reason))
    }

    @Test("gets the shell's own options, unless it has its own")
    func defaults() {
        let defaults = ShellDefaults(bootstrapServers: "a:1", commandConfig: "f", tools: Tools.table)
        func words(_ text: String) -> [String] {
            guard case .tool(let name, let words) = line(text) else { return [] }
            return defaults.applied(to: words, of: name)
        }
        let both = ["--command-config", "f", "--bootstrap-server", "a:1"]
        #expect(words("topics --list") == both + ["--list"])
        #expect(words("topics list") == both + ["list"])
        #expect(words("topics --list -b b:1") == ["--command-config", "f", "--list", "-b", "b:1"])
        #expect(words("topics --list --command-config g") == ["--list", "--command-config", "g"])
        #expect(words("topics --no-such-option") == ["--no-such-option"], "the tool says what is wrong")
        #expect(words("storage").isEmpty || !words("storage").contains("--bootstrap-server"))
        #expect(ShellDefaults(tools: Tools.table).applied(to: ["--list"], of: "topics") == ["--list"])
    }
}
