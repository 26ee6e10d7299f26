// SPDX-License-Identifier: Apache-2.0

import Libc

/// `kafka shell`
struct ShellCommand: Command {
    static let definition = CommandDefinition(
        name: "shell",
        summary: "A prompt for the other tools, with completion from the cluster",
        discussion: """
            Type a tool and its options, without the word kafka before them. Tab completes tools, options and, from the \
            cluster, topics, groups and names of configurations; what the cluster does not tell within 200 ms is not \
            offered. Ctrl-C ends the command that runs, or drops the line that is typed; Ctrl-D, exit and quit leave.

            Words are quoted as in a POSIX shell: in single quotes, in double quotes, or with backslashes; a backslash at \
            the end continues the line, and # begins a comment. Nothing is expanded, and there are no pipes, redirections \
            or lists of commands.

            When standard input is no terminal, its lines are run one after the other; a command that reads standard \
            input reads the lines behind its own.

            The prompt names the cluster if it has a name; --cluster NAME before a tool works with another one.

            Lines that begin with a blank, and those with a password or secret in them, are not kept in the history. What \
            they hold does not appear in the list of processes either.
            """,
        options: ConnectionOptions.all,
        examples: [
            .init("kafka shell -b broker1:9092", "Work with a cluster for a while"),
            .init("kafka shell < commands", "Run the lines of a file"),
        ],
        differences: ["Apache Kafka has no such tool."])

    private let sources: PropertySources

    init(_ arguments: Arguments) throws {
        // What is wrong with the file is said now and not by every command.
        _ = try ConnectionOptions(arguments)
        sources = PropertySources(arguments)
    }

    func run(_ context: Context) async throws {
        let defaults = ShellDefaults(
            cluster: sources.cluster, bootstrapServers: sources.address, commandConfig: sources.file,
            properties: sources.words, tools: context.tools)
        let isInteractive = isatty(context.input) == 1 && isatty(1) == 1
        // Waiting for a line blocks, so that it has a thread of its own.
        let status = await withCheckedContinuation { continuation in
            Thread.detach {
                let shell = Shell(defaults, context)
                let status = isInteractive ? shell.runAtTerminal() : shell.runScript()
                continuation.resume(returning: status)
            }
        }
        if status != 0 { throw Interrupted(status: status) }
    }
}
