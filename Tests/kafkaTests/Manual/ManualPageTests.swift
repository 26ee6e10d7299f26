// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaText
import Testing

@testable import kafka

@Suite("The manual pages")
struct ManualPageTests {
    @Test("in Man/ are those of the tools' definitions", arguments: ManualPage.names(Tools.table))
    func fresh(name: String) throws {
        let page = try #require(ManualPage(name, Tools.table))
        let file = Repository.path("Man/\(page.fileName)")
        #expect(try FileText.read(file, for: "the page") == page.text, "stale: run `make man`")
    }

    @Test("about several tools have their sections, and name tools that there are", arguments: ManualTopic.all)
    func topics(topic: ManualTopic) throws {
        let page = try #require(ManualPage("\(topic.name).7", Tools.table))
        let headings = page.text.split(separator: "\n").filter { $0.hasPrefix(".SH") }.map {
            $0.dropFirst(5).dropLast()
        }
        #expect(headings.map(String.init) == ["NAME"] + topic.sections.map(\.title) + ["SEE ALSO"])
        #expect(page.section == 7 && page.fileName == "\(topic.name).7")
        for other in topic.related { #expect(ManualPage("\(other.name).\(other.section)", Tools.table) != nil) }
    }

    @Test("of tools have all their sections, in order", arguments: ["kafka"] + Tools.listed)
    func sections(name: String) throws {
        let text = try #require(ManualPage(name, Tools.table)).text
        let headings = text.split(separator: "\n").filter { $0.hasPrefix(".SH") }.map { $0.dropFirst(5).dropLast() }
        let tool = Tools.command(named: name)
        let own = tool?.definition.sections.map(\.title) ?? []
        let expected =
            ["NAME", "SYNOPSIS", "DESCRIPTION", "ACTIONS", "TOOLS", "OPTIONS", "JSON"] + own
            + [
                "PROPERTIES", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES", "DIFFERENCES FROM APACHE KAFKA",
                "SEE ALSO",
            ]
        #expect(headings.map(String.init) == expected.filter { headings.contains(Substring($0)) })
        #expect(headings.count >= 10, "\(headings)")
    }

    @Test("tell every option and its other names", arguments: Tools.listed)
    func options(name: String) throws {
        let text = try #require(ManualPage(name, Tools.table)).text
        let definition = try #require(Tools.command(named: name)).definition
        for option in definition.options where !option.isHidden {
            for spelling in [option.name] + option.aliases { #expect(text.contains(Roff.escaped("--" + spelling))) }
        }
    }

    @Test("tell every property of the broker with its default")
    func properties() throws {
        let text = try #require(ManualPage("kafka-broker", Tools.table)).text
        for definition in ConfigTable.broker.listed {
            #expect(text.contains("\\fB\(Roff.escaped(definition.name))\\fR"), "\(definition.name)")
        }
    }

    @Test("are printed by a hidden command")
    func command() async throws {
        #expect(
            await CommandRun(["__man"]).output.split(separator: "\n").map(String.init)
                == ManualPage.names(Tools.table).compactMap { ManualPage($0, Tools.table)?.fileName })
        #expect(await CommandRun(["__man", "kafka"]).output == ManualPage("kafka", Tools.table)?.text)
        for name in ["topics", "kafka-topics.1"] {
            #expect(await CommandRun(["__man", name]).output == ManualPage("kafka-topics", Tools.table)?.text)
        }
        #expect(await CommandRun(["__man", "nonsense"]).refusal?.contains("nonsense") == true)
    }
}

@Suite("Text in a manual page")
struct RoffTests {
    @Test("is shown as it is, whatever it holds")
    func escapes() {
        #expect(Roff.escaped(#"a-b\c'd`e~f^g"#) == #"a\-b\ec\(aqd\(gae\(tif\(hag"#)
        #expect(Roff.escaped("ü – 😀") == #"\[u00FC] \[u2013] \[u1F600]"#)
        var page = Roff()
        page.line(.plain(".TH is no request here"))
        page.line(.plain("'quoted'"))
        #expect(page.text == "\\&.TH is no request here\n\\(aqquoted\\(aq\n")
    }

    @Test("is cut into paragraphs at empty lines")
    func paragraphs() { #expect(ManualPage.paragraphs("a\nb\n\n  c\n\n\nd") == ["a b", "c", "d"]) }
}
