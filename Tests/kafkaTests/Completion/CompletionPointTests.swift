// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("What may come next on a command line")
struct CompletionPointTests {
    func point(_ words: String..., typed: String = "") -> CompletionPoint {
        CompletionPoint(words: words, current: typed, Tools.table)
    }

    @Test("First a tool, or what the shell knows itself")
    func tools() throws {
        guard case .words(let words) = point().source else { throw CommandError("no words") }
        #expect(words == Tools.listed + ["help", "exit"])
        #expect(point("help").source == .words(Tools.listed))
        #expect(point("no-such-tool").source == nil)
    }

    @Test("Behind the tool its actions, then what a word stands for")
    func actions() {
        #expect(point("topics").source == .words(TopicsCommand.definition.actions.map(\.name)))
        #expect(point("kafka", "kafka-topics.sh", "describe").source == .cluster(.topics))
        #expect(point("topics", "--describe").source == .cluster(.topics))
        #expect(point("broker").source == .files)
        #expect(point("console-consumer").source == .cluster(.topics))
    }

    @Test("A dash asks for options, without those that were given and can't be repeated")
    func options() throws {
        guard case .words(let words) = point("topics", "--create", "--topic", "a", "--config", "b=c", typed: "-").source
        else { throw CommandError("no words") }
        #expect(words.contains("--config") && words.contains("--partitions"))
        #expect(!words.contains("--topic") && !words.contains("--list") && !words.contains("--delete-config"))
    }

    @Test("Behind an option, or an equals sign, its value")
    func values() {
        #expect(point("topics", "--topic").source == .cluster(.topics))
        #expect(point("topics", "--list", "--comm").source == .files, "the beginning of an option is that option")
        #expect(point("consumer-groups", "--describe", "--group").source == .cluster(.groups))
        let attached = point("topics", typed: "--topic=or")
        #expect(attached.source == .cluster(.topics) && attached.before == "--topic=" && attached.typed == "or")
        #expect(point("topics", "--partitions").source == nil, "nothing is known of a number")
        #expect(point("topics", "--create", "--config").source == .cluster(.topicConfigs))
        #expect(
            point("console-consumer", "--isolation-level").source == .words(["read_committed", "read_uncommitted"]))
    }

    @Test("An optional value may be an option instead")
    func optionalValues() throws {
        #expect(point("consumer-groups", "--list", "--state").source == .words(ListConsumerGroups.states))
        guard case .words(let words) = point("consumer-groups", "--list", "--state", typed: "--").source
        else { throw CommandError("no words") }
        #expect(words.contains("--type"))
    }

    @Test("In a list only the last part is completed")
    func lists() {
        let list = point("configs", "--alter", "--topic", "a", "--add-config", typed: "retention.ms=1,clean")
        #expect(list.source == .cluster(.addedConfigs))
        #expect(list.before == "retention.ms=1," && list.typed == "clean")
    }

    @Test("Behind two dashes nothing is an option")
    func terminator() { #expect(point("topics", "list", "--", typed: "-").source == .cluster(.topics)) }

    @Test("Every option of every tool has candidates that its tool takes", arguments: Tools.listed)
    func everyTool(name: String) throws {
        let definition = try #require(Tools.command(named: name)).definition
        for option in definition.offeredOptions where option.kind != .flag {
            #expect(
                point(name, "--\(option.name)").source == CandidateSource(option) || option.placeholder?.first == "[")
        }
    }
}
