// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import kafka

@Suite("Options are read as Kafka's tools read them")
struct OptionParserTests {
    static let definition = CommandDefinition(
        name: "sample", summary: "A tool for tests", actions: [.flag("list", ""), .flag("create", "")],
        options: [
            .value("bootstrap-server", "HOST", "", short: "b"), .value("topic", "TOPIC", ""),
            .value("time", "TIME", ""),
            .value("config", "NAME=VALUE", "", repeats: true), .flag("sync", ""), .value("topic-id", "ID", ""),
            .optionalValue("codec", "CODEC", ""),
            .value("property", "P", "", aliases: ["reader-property"], repeats: true),
            .value("broker-list", "HOST", "").deprecated("is deprecated"),
        ], subject: "topic")

    func parse(_ words: String...) throws -> Arguments { try OptionParser.parse(words, Self.definition) }

    @Test("A value stands behind the option or behind an equals sign")
    func values() throws {
        #expect(try parse("--topic", "a").string("topic") == "a")
        #expect(try parse("--topic=a").string("topic") == "a")
        #expect(try parse("--config=a=b=c").strings("config") == ["a=b=c"])
    }

    @Test("An empty value is refused unless the option says otherwise")
    func empty() throws {
        for words in [
            ["--topic="], ["--topic", ""], ["--property", ""], ["--bootstrap", ""], ["-b", ""], [""], ["--list", ""],
            ["--topic", " "], ["--topic", " , "],
        ] {
            #expect {
                try OptionParser.parse(words, Self.definition)
            } throws: { "\($0)".contains("is empty") }
        }
        #expect(try parse("--codec=").string("codec") == "", "a value that may be left out")
        let delimiter = CommandDefinition(name: "s", summary: "", options: [.value("delimiter", "TEXT", "")])
        #expect(try OptionParser.parse(["--delimiter", " "], delimiter).string("delimiter") == " ")
        #expect(throws: CommandError.self) { try OptionParser.parse(["--delimiter", ""], delimiter) }
        let lenient = CommandDefinition(name: "s", summary: "", options: [.value("key", "KEY", "").allowingEmpty()])
        #expect(try OptionParser.parse(["--key", ""], lenient).string("key") == "")
        #expect(throws: CommandError.self) { try OptionParser.parse([""], lenient) }
    }

    @Test("kcat's letters stand for options that have none, where they are free")
    func letters() throws {
        #expect(try parse("-t", "a").string("topic") == "a")
        #expect(try parse("-ta").string("topic") == "a")
        let taken = CommandDefinition(
            name: "s", summary: "", options: [.value("topic", "T", ""), .value("timeout", "MS", "", short: "t")])
        #expect(try OptionParser.parse(["-t", "5"], taken).string("timeout") == "5")
        for name in Tools.listed {
            let options = Tools.command(named: name)!.definition.allOptions
            let letters = options.compactMap(\.short)
            #expect(Set(letters).count == letters.count, "\(name)")
        }
    }

    @Test(
        "What is called otherwise elsewhere is named",
        arguments: [
            (["topics", "--port", "9092"], "--bootstrap-server HOST:PORT"),
            (["topics", "--list", "--json"], "--output json"),
            (["console-consumer", "t", "--json"], "--format json"),
            (["console-consumer", "t", "--limit", "5"], "--max-messages"),
            (["topics", "-v"], "--version"), (["ls"], "kafka topics --list"), (["produce"], "kafka console-producer"),
            (["consume"], "kafka console-consumer"), (["-L"], "kafka topics --describe"), (["topcis"], "kafka topics"),
            (["run-class", "kafka.tools.GetOffsetShel"], "GetOffsetShell"), (["run-class"], "name of a class"),
            (["run-class", "com.example.Main"], "Java code"), (["topics", "--lst"], "--list"),
        ])
    func habits(words: [String], meant: String) async {
        let run = await CommandRun(words)
        #expect(run.refusal?.contains(meant) == true, "\(run)")
    }

    @Test("Java's classes are the tools, in old packages and new ones")
    func classes() {
        for (name, tool) in [
            ("kafka.tools.GetOffsetShell", "get-offsets"), ("org.apache.kafka.tools.GetOffsetShell", "get-offsets"),
            ("kafka.admin.TopicCommand", "topics"), ("org.apache.kafka.tools.TopicCommand", "topics"),
            ("kafka.Kafka", "server-start"),
            ("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", "consumer-groups"),
            ("TopicCommand", "topics"),
        ] {
            #expect(ToolClasses.tool(name) == tool)
        }
        #expect(ToolClasses.tool("com.example.TopicCommand") == nil)
        for (_, tool) in ToolClasses.tools { #expect(Tools.command(named: tool) != nil, "\(tool)") }
    }

    @Test("Only near names are suggested")
    func suggestions() {
        #expect(closest(to: "q", among: ["x", "y"]) == nil)
        #expect(closest(to: "ab", among: ["ac"]) == nil)
        #expect(closest(to: "order", among: ["orders"]) == "orders")
        #expect(closest(to: "Orders", among: ["orders"]) == "orders")
        #expect(closest(to: "payments", among: ["orders"]) == nil)
    }

    @Test("A value may begin with a dash")
    func dashes() throws {
        #expect(try parse("--time", "-1").string("time") == "-1")
        #expect(try parse("--topic", "-x", "--sync").string("topic") == "-x")
        #expect(try parse("--topic", "--not-an-option").string("topic") == "--not-an-option")
    }

    @Test("An unambiguous beginning of a long option is that option")
    func prefixes() throws {
        #expect(try parse("--bootstrap", "h:1").string("bootstrap-server") == "h:1")
        #expect(try parse("--topic", "t").string("topic") == "t", "an exact name is no prefix of a longer one")
        #expect(throws: CommandError.self) { try parse("--to", "t") }
        #expect(try parse("--reader-prop", "a=b").strings("property") == ["a=b"])
    }

    @Test("An optional value is taken only if it is no option")
    func optionalValues() throws {
        #expect(try parse("--codec", "zstd").string("codec") == "zstd")
        let alone = try parse("--codec", "--sync")
        #expect(alone.has("codec") && alone.string("codec") == nil && alone.flag("sync"))
        #expect(try parse("--codec=lz4").string("codec") == "lz4")
        #expect(try parse("--codec").has("codec"))
    }

    @Test("Options that may be repeated keep their order, others are refused the second time")
    func repetition() throws {
        #expect(try parse("--config", "a=1", "--config=b=2").strings("config") == ["a=1", "b=2"])
        #expect(throws: CommandError.self) { try parse("--topic", "a", "--topic", "b") }
        #expect(try parse("--sync", "--sync").flag("sync"))
    }

    @Test("The first word may be the action, the next one the subject")
    func words() throws {
        let arguments = try parse("create", "orders", "--sync")
        #expect(try arguments.action() == "create")
        #expect(arguments.string("topic") == "orders")
        #expect(throws: CommandError.self) { try parse("create", "orders", "more") }
    }

    @Test("A missing value, an unknown option and an unknown action say what to do")
    func refusals() {
        func message(_ words: String...) -> String {
            do {
                _ = try OptionParser.parse(words, Self.definition)
                return ""
            } catch { return "\(error)" }
        }
        #expect(message("--topic") == "Option --topic requires an argument: --topic TOPIC")
        #expect(message("--topic", "--sync").contains("--topic requires an argument"))
        #expect(message("--tpoic", "x") == "tpoic is not a recognized option; did you mean --topic?")
        #expect(message("--wholly-unknown").contains("kafka sample --help"))
        #expect(message("craete").contains("did you mean create?"))
        #expect(message("--sync=yes") == "Option --sync takes no value.")
        #expect(message("--zookeeper", "h:1").contains("--bootstrap-server HOST:PORT"))
    }

    @Test("A deprecated option works and warns")
    func deprecated() throws {
        let arguments = try parse("--broker-list", "h:1")
        #expect(arguments.string("broker-list") == "h:1")
        #expect(arguments.warnings == ["--broker-list is deprecated"])
    }

    @Test("Behind two dashes everything is a word")
    func terminator() throws {
        #expect(try parse("create", "--", "--sync").string("topic") == "--sync")
    }
}
