// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Every tool")
struct EveryToolTests {
    @Test("has a definition under its own name", arguments: Tools.listed)
    func definition(name: String) throws {
        let command = try #require(Tools.command(named: name))
        #expect(command.definition.name == name)
        #expect(!command.definition.summary.hasSuffix("."))
        let names = command.definition.allOptions.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count, "an option is defined twice")
    }

    @Test("parses each of its options, with and without an equals sign", arguments: Tools.listed)
    func options(name: String) throws {
        let definition = try #require(Tools.command(named: name)).definition
        for option in definition.allOptions {
            for spelling in [option.name] + option.aliases {
                let forms: [[String]] =
                    switch option.kind {
                    case .flag: [["--\(spelling)"]]
                    case .value: [["--\(spelling)", "1"], ["--\(spelling)=1"]]
                    case .optionalValue: [["--\(spelling)"], ["--\(spelling)", "1"], ["--\(spelling)=1"]]
                    }
                for form in forms {
                    #expect(try OptionParser.parse(form, definition).has(option.name), "\(form)")
                }
            }
        }
    }

    @Test("has a help text that names its options and an example", arguments: Tools.listed)
    func help(name: String) async throws {
        let run = await CommandRun([name, "--help"])
        #expect(run.status == 0 && run.error.isEmpty)
        #expect(await CommandRun(["help", name]).output == run.output)
        let definition = try #require(Tools.command(named: name)).definition
        for option in definition.options where !option.isHidden { #expect(run.output.contains("--\(option.name)")) }
        #expect(run.output.split(separator: "\n").allSatisfy { $0.count <= 110 })
    }

    @Test("refuses an unknown option with one line and status 1", arguments: Tools.listed)
    func unknownOption(name: String) async {
        #expect(await CommandRun([name, "--no-such-option"]).refusal?.contains("no-such-option") == true)
    }

    @Test("is found by the name of a link", arguments: Tools.listed)
    func links(name: String) {
        #expect(ToolTable.name(ofLink: "/usr/bin/kafka-\(name).sh") == name)
        #expect(ToolTable.name(ofLink: "kafka-\(name)") == name)
        #expect(ToolTable.name(ofLink: "/usr/bin/kafka") == nil)
    }

    @Test("is suggested when its name is misspelt")
    func misspelt() async {
        #expect(await CommandRun(["topisc"]).refusal == "kafka: there is no tool 'topisc'; did you mean kafka topics?")
    }
}
