// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// A page of `Man/`, made from a tool's definition; `kafka.1` tells what holds for all tools.
struct ManualPage {
    /// Without the section: `kafka-topics`.
    let name: String
    private let subject: Subject
    private let tools: ToolTable

    private enum Subject {
        case overview
        case tool(CommandDefinition)
        case topic(ManualTopic)
    }

    /// When the texts that stand here, rather than in a definition, were last changed.
    static let date = "2026-11-30"

    /// A tool and a topic may have the same name, so that topics have their section.
    static func names(_ tools: ToolTable) -> [String] {
        ["kafka"] + tools.listed.map { "kafka-\($0)" } + ManualTopic.all.map { "\($0.name).7" }
    }

    /// - Parameter name: with or without its section, a tool's also without `kafka-`.
    init?(_ name: String, _ tools: ToolTable) {
        let isTopic = name.hasSuffix(".7")
        let name = isTopic || name.hasSuffix(".1") ? String(name.dropLast(2)) : name
        let tool = name.hasPrefix("kafka-") ? String(name.dropFirst("kafka-".count)) : name
        if name == "kafka", !isTopic {
            subject = .overview
            self.name = name
        } else if !isTopic, tools.listed.contains(tool), let found = tools.definition(tool) {
            subject = .tool(found)
            self.name = "kafka-\(found.name)"
        } else {
            guard let topic = ManualTopic.all.first(where: { $0.name == "kafka-\(tool)" }) else { return nil }
            subject = .topic(topic)
            self.name = topic.name
        }
        self.tools = tools
    }

    /// 1 for tools, 7 for what is about several.
    var section: Int { if case .topic = subject { 7 } else { 1 } }

    /// As it stands in `Man/`: `kafka-topics.1`.
    var fileName: String { "\(name).\(section)" }

    var text: String {
        var page = Roff()
        page.title(name, section: section, date: Self.date, source: Version.line, manual: "Kafka tools")
        switch subject {
        case .overview: Self.writeOverview(tools, &page)
        case .tool(let definition): Self.write(definition, &page)
        case .topic(let topic): topic.write(&page)
        }
        return page.text
    }

    private static func write(_ definition: CommandDefinition, _ page: inout Roff) {
        page.section("NAME")
        page.line(.plain("kafka-\(definition.name) - "), .plain(lowercasedFirst(definition.summary)))
        page.section("SYNOPSIS")
        let action = definition.actions.first.map { $0.isFlag ? "--" : "" }
        page.line(
            .bold(definition.fullName), .plain(" "), .italic(action.map { "\($0)ACTION " } ?? ""), .plain("["),
            .italic("options"), .plain("]"), .italic(definition.operands.map { " \($0)" } ?? ""))
        page.section("DESCRIPTION")
        page.line(.plain(definition.summary + "."))
        for paragraph in paragraphs(definition.discussion) { page.paragraph(.plain(paragraph)) }
        writeSubject(definition, &page)
        writeActions(definition, &page)
        writeOptions(definition, &page)
        writeRows(definition, &page)
        for section in definition.sections { write(section, &page) }
        if definition.name == "broker" { writeProperties(&page) }
        if definition.name == "server-start" { referToProperties(&page) }
        if !definition.examples.isEmpty {
            page.section("EXAMPLES")
            for example in definition.examples { page.example(example.command, does: example.does) }
        }
        ManualExtras(definition).write(&page)
        page.section("DIFFERENCES FROM APACHE KAFKA")
        if definition.differences.isEmpty {
            page.line(.plain("None of its own. See "), .bold("kafka"), .plain("(1) for what differs in all tools."))
        } else {
            for difference in definition.differences { page.bullet(difference) }
            page.paragraph(.plain("See "), .bold("kafka"), .plain("(1) for what differs in all tools."))
        }
        page.section("SEE ALSO")
        if definition.connects {
            page.line(.bold("kafka"), .plain("(1),"))
            page.line(.bold("kafka-security"), .plain("(7)"))
        } else {
            page.line(.bold("kafka"), .plain("(1)"))
        }
    }

    static func write(_ section: CommandDefinition.Section, _ page: inout Roff) {
        page.section(section.title)
        for block in section.blocks {
            switch block {
            case .paragraph(let text): page.paragraph(.plain(text))
            case .item(let term, let meaning): page.item(.bold(term), meaning: .plain(meaning))
            case .example(let command, let does): page.example(command, does: does)
            }
        }
    }

    private static func writeSubject(_ definition: CommandDefinition, _ page: inout Roff) {
        if let action = definition.actions.first, action.isFlag {
            page.paragraph(
                .plain("An action may also be the first word, without dashes: "),
                .bold("\(definition.fullName) \(action.name)"), .plain("."))
        }
        if let subject = definition.subject {
            page.paragraph(
                .plain("A word that belongs to no option is the value of "), .bold("--\(subject)"),
                .plain(definition.takesSeveral ? "; there may be several." : "."))
        }
    }

    private static func writeActions(_ definition: CommandDefinition, _ page: inout Roff) {
        guard !definition.actions.isEmpty else { return }
        page.section("ACTIONS")
        for action in definition.actions {
            page.item(.bold((action.isFlag ? "--" : "") + action.name), meaning: .plain(action.help + "."))
        }
    }

    private static func writeOptions(_ definition: CommandDefinition, _ page: inout Roff) {
        page.section("OPTIONS")
        let actions = Set(definition.actions.filter(\.isFlag).map(\.name))
        for option in definition.allOptions where !actions.contains(option.name) {
            if option.isHidden, option.deprecation == nil { continue }
            var meaning = option.help + "."
            if !option.aliases.isEmpty {
                meaning += " Also: " + option.aliases.map { "--" + $0 }.joined(separator: ", ") + "."
            }
            meaning += candidates(option)
            if let deprecation = option.deprecation { meaning += " The option \(deprecation)." }
            let value = option.placeholder.map { " " + $0 } ?? ""
            if let short = option.short {
                page.item(
                    .bold("-\(short)"), .plain(", "), .bold("--\(option.name)"), .italic(value),
                    meaning: .plain(meaning))
            } else {
                page.item(.bold("--\(option.name)"), .italic(value), meaning: .plain(meaning))
            }
        }
    }

    /// The words that an option takes, where its help doesn't tell.
    private static func candidates(_ option: OptionDefinition) -> String {
        guard case .words(let words) = option.completion, !words.isEmpty else { return "" }
        let names = words.map { $0.hasSuffix("=") ? String($0.dropLast()) : $0 }
        if names.allSatisfy(option.help.contains) { return "" }
        return (names == words ? " One of " : " The names are ") + names.joined(separator: ", ") + "."
    }

    private static func writeRows(_ definition: CommandDefinition, _ page: inout Roff) {
        guard !definition.rows.isEmpty else { return }
        page.section("JSON")
        page.line(
            .plain("With "), .bold("--output json"),
            .plain(" each line is an object with these members, in this order; what is not known is null."))
        let dashes = definition.actions.first?.isFlag == true ? "--" : ""
        for row in definition.rows {
            let what = row.action.map { "\(dashes)\($0): \(row.what)" } ?? row.what
            page.item(.plain(what), meaning: .plain(row.names.joined(separator: ", ")))
        }
    }

    /// Texts between empty lines.
    static func paragraphs(_ text: String) -> [String] {
        var paragraphs: [String] = [""]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.allSatisfy(\.isWhitespace) {
                if paragraphs.last?.isEmpty == false { paragraphs.append("") }
            } else {
                paragraphs[paragraphs.count - 1] +=
                    (paragraphs.last?.isEmpty == false ? " " : "") + String(line).trimmed
            }
        }
        return paragraphs.filter { !$0.isEmpty }
    }

    private static func lowercasedFirst(_ text: String) -> String {
        // A name such as JMX keeps its capitals.
        guard let second = text.dropFirst().first, second.isLowercase else { return text }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
