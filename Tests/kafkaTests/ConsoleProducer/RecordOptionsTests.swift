// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Options of all records")
struct RecordOptionsTests {
    func options(_ words: String...) throws -> RecordOptions {
        try RecordOptions(try OptionParser.parse(["--topic", "t"] + words, ConsoleProducerCommand.definition))
    }

    @Test("leave lines alone unless they are given")
    func empty() throws {
        #expect(try options().isEmpty)
        #expect(try !options("--header", "a=b=c").isEmpty)
        #expect(try options("--header", "a=b=c", "--header", "a=").headers.map(\.key) == ["a", "a"])
        #expect(try options("--header", "a=b=c").headers[0].value == Array("b=c".utf8))
        #expect(try options("--timestamp", "5").timestamp == 5)
        #expect(try options("--timestamp", "1970-01-02T00:00:00Z").timestamp == 86_400_000)
        #expect(try options("--key=", "--partition=3", "--tombstone").key == [])
    }

    @Test("Abbreviations of Kafka's options mean what they mean there")
    func abbreviations() throws {
        let arguments = try OptionParser.parse(["--time", "5", "--to", "t"], ConsoleProducerCommand.definition)
        #expect(arguments.string("timeout") == "5" && arguments.string("topic") == "t")
        #expect(
            try OptionParser.parse(["--timest", "5"], ConsoleProducerCommand.definition).string("timestamp") == "5")
    }

    @Test(
        "are refused where they mean nothing",
        arguments: [
            ("--topic t --header a", "NAME=VALUE"), ("--topic t --partition -1", "count from 0"),
            ("--topic t --timestamp soon", "'soon'"), ("--topic t --timestamp -5", "'-5'"), ("--format xml", "'xml'"),
            ("--format lines", "[topic]"), ("--format json --property parse.key=true", "[property]"),
            ("--format json --tombstone", "[tombstone]"), ("--topic t --key k --property parse.key=true", "parse.key"),
        ])
    func refused(options: String, words: String) async throws {
        let run = await CommandRun(["console-producer"] + options.split(separator: " ").map(String.init))
        #expect(try #require(run.refusal, "\(run)").contains(words), "\(run.error)")
    }

    @Test("Progress is one short line")
    func progress() {
        #expect(
            Progress.text(lines: 1_234_567, bytes: 98_700_000, elapsed: .seconds(2))
                == "1234567 lines, 98.7 MB, 49.4 MB/s")
        #expect(Progress.text(lines: 0, bytes: 0, elapsed: .zero) == "0 lines, 0.0 MB, 0.0 MB/s")
    }

    @Test("Progress is written only where it is wanted, and gives way to messages")
    func progressPlace() {
        let context = Context(out: Output(), err: Output(), environment: Environment(variables: [:]))
        let progress = Progress(context, isEnabled: false)
        progress.show(lines: 1, bytes: 1)
        progress.clear()
        #expect(context.err.text.isEmpty)
        #expect(!Environment(variables: ["TERM": "dumb"], errorIsTerminal: true).showsProgress)
        #expect(Environment(variables: [:], errorIsTerminal: true).showsProgress)
        #expect(!Environment(variables: [:], errorIsTerminal: false).showsProgress)
    }
}
