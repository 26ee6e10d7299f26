// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText

/// Finds the tool that is meant, by the first word or by the name the executable was called, and runs it. Only that
/// tool's definition is built.
enum Dispatch {
    /// The exit status.
    static func run(_ words: [String], _ context: Context) async -> Int32 {
        var words = words[...]
        let called = words.popFirst() ?? "kafka"
        if let tool = ToolTable.name(ofLink: called) { return await run(tool: tool, Array(words), nil, context) }
        let cluster: String?
        do {
            cluster = try NamedCluster.take(from: &words)
        } catch {
            context.error("kafka", ErrorText.line(for: error))
            return 1
        }
        guard let first = words.popFirst() else {
            context.out.write(Help.overview())
            return 1
        }
        switch first {
        case "--help", "-h":
            context.out.write(Help.overview())
            return 0
        case "--version", "version", "-v", "-V":
            context.out.line(Version.line)
            return 0
        case "help":
            guard let tool = words.first else {
                context.out.write(Help.overview())
                return 0
            }
            return await run(tool: tool, ["--help"], nil, context)
        default:
            if first.hasPrefix("__"), let status = await Hidden.run(first, Array(words), context) { return status }
            return await run(tool: first, Array(words), cluster, context)
        }
    }

    /// - Parameter cluster: the one named before the tool.
    private static func run(
        tool word: String, _ words: [String], _ cluster: String?, _ context: Context
    ) async -> Int32 {
        if word == "run-class" {
            guard let tool = words.first.flatMap(ToolClasses.tool) else {
                context.error("kafka", ToolClasses.refusal(words.first))
                return 1
            }
            return await run(tool: tool, Array(words.dropFirst()), cluster, context)
        }
        guard let command = Tools.command(named: ToolTable.name(ofLink: word) ?? word) else {
            let habit = Habits.tool(word)
            if habit == nil, word.hasPrefix("-") {
                context.error("kafka", MisplacedOption.refusal(word, words))
                return 1
            }
            let hint = habit ?? closest(to: word, among: Tools.listed).map { "kafka \($0)" }
            context.error(
                "kafka",
                "there is no tool '\(word)'; \(hint.map { "did you mean \($0)?" } ?? "kafka --help lists them")")
            return 1
        }
        return await run(command, words, cluster, context)
    }

    private static func run<Tool: Command>(
        _: Tool.Type, _ words: [String], _ cluster: String?, _ context: Context
    ) async -> Int32 {
        let definition = Tool.definition
        do {
            // Where a word is an action, it is no topic.
            let asksForHelp = words.first == "help" && !definition.actions.isEmpty
            let own = OptionParser.ownWords(words, definition)
            if asksForHelp || own.contains("--help") || own.contains("-h") {
                context.out.write(Help.text(definition))
                return 0
            }
            if own.contains("--version") {
                context.out.line(Version.line)
                return 0
            }
            let words = try NamedCluster.words(cluster, words, definition)
            var arguments = try OptionParser.parse(words, definition)
            arguments.environment = context.environment
            context.name = definition.fullName
            for warning in arguments.warnings { context.warn(warning) }
            let tool = try Tool(arguments)
            context.writesJSON = try JSONRow.isWanted(arguments)
            try Protection.check(arguments, context)
            try await tool.run(context)
            return context.failed ? 1 : 0
        } catch let interrupted as Interrupted {
            return interrupted.status
        } catch {
            context.out.flush()
            let text = ErrorText.line(for: error)
            let told = context.notices.subject(ofTold: text)
            context.error(definition.fullName, told.map { "gave up waiting for \($0)" } ?? text)
            return (error as? CommandError)?.status ?? 1
        }
    }
}
