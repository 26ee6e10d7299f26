// SPDX-License-Identifier: Apache-2.0

import Libc

/// Commands that shells and the Makefile call, and no person: `kafka __complete`, `kafka __completions`, `kafka __man`.
enum Hidden {
    /// A shell waits this long for candidates; what comes later is not printed.
    static let patience = Duration.milliseconds(180)

    /// The exit status; nil when there is no such command.
    static func run(_ name: String, _ words: [String], _ context: Context) async -> Int32? {
        switch name {
        case "__complete": await complete(words, context)
        case "__completions": completions(words, context)
        case "__man": manual(words, context)
        case SecretLine.command: await line(context)
        case DevLauncher.command: DevLauncher.run(words, context)
        default: nil
        }
    }

    /// `kafka __complete LIST WORD…`: one candidate a line. The words are the command line, which says where the
    /// cluster is. Whatever goes wrong, nothing is printed, so that nothing appears in the middle of a line.
    private static func complete(_ words: [String], _ context: Context) async -> Int32 {
        guard let first = words.first, let list = CandidateSource.ClusterList(rawValue: first) else { return 1 }
        let source = ClusterCandidates(list, words: Array(words.dropFirst()), environment: context.environment)
        guard let found = await within(patience, source.fetch) else { return 1 }
        for candidate in found where !candidate.contains(where: \.isNewline) { context.out.line(candidate) }
        return 0
    }

    /// `kafka __line`: the line in a variable, for the shell.
    private static func line(_ context: Context) async -> Int32 {
        let line = context.environment[SecretLine.variable] ?? ""
        unsetenv(SecretLine.variable)
        return await Dispatch.run(["kafka"] + ShellWords(line).words, context)
    }

    /// `kafka __completions SHELL`
    private static func completions(_ words: [String], _ context: Context) -> Int32 {
        guard let shell = words.first.flatMap(CompletionScript.init(rawValue:)), words.count == 1 else {
            let shells = CompletionScript.allCases.map(\.rawValue).joined(separator: " or ")
            context.error("kafka", "__completions takes the name of a shell: \(shells)")
            return 1
        }
        context.out.write(shell.text(Tools.table))
        return 0
    }

    /// `kafka __man` names the pages' files, `kafka __man PAGE` prints one.
    private static func manual(_ words: [String], _ context: Context) -> Int32 {
        guard let name = words.first else {
            for name in ManualPage.names(Tools.table) {
                if let page = ManualPage(name, Tools.table) { context.out.line(page.fileName) }
            }
            return 0
        }
        guard let page = ManualPage(name, Tools.table) else {
            context.error("kafka", "there is no manual page '\(name)'; kafka __man lists them")
            return 1
        }
        context.out.write(page.text)
        return 0
    }
}
