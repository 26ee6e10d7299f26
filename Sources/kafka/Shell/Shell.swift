// SPDX-License-Identifier: Apache-2.0

import Libc

/// Reads lines and runs them, one at a time.
final class Shell {
    private let defaults: ShellDefaults
    private let context: Context
    /// Set by `exit`.
    private var exitStatus: Int32?

    init(_ defaults: ShellDefaults, _ context: Context) {
        self.defaults = defaults
        self.context = context
    }

    /// Until Ctrl-D or `exit`; the status is 0 or that of `exit`.
    func runAtTerminal() -> Int32 {
        // Ctrl-C and the like are for the command that runs, which begins with the signals' own meaning again.
        for number in [SIGINT, SIGQUIT] { ignore(number) }
        let file = HistoryFile(context.environment)
        let completion = TabCompletion(defaults, context.environment)
        guard let editor = LineEditor(history: file?.load() ?? [], complete: { completion.complete($0) }) else {
            return runScript()
        }
        completion.prefetch()
        context.note("\(Version.line); help lists the tools, Tab completes, Ctrl-D leaves")
        while exitStatus == nil {
            switch readCommand(editor) {
            case .end:
                context.note("")
                return 0
            case .cancelled: continue
            case .text(let line):
                if !line.allSatisfy({ $0.isWhitespace }), !HistoryFile.holdsSecret(line) {
                    editor.remember(line)
                    file?.append(line)
                }
                _ = run(line)
                completion.commandEnded()
            }
        }
        return exitStatus ?? 0
    }

    private func ignore(_ number: Int32) { signal(number, SIG_IGN) }

    /// A line, with those that continue it.
    private func readCommand(_ editor: LineEditor) -> LineEditor.Line {
        var text = ""
        while true {
            switch editor.read(prompt: text.isEmpty ? defaults.prompt(context.environment) : "> ") {
            case .end: return text.isEmpty ? .end : .cancelled
            case .cancelled: return .cancelled
            case .text(let line): text = Self.joined(text, line)
            }
            if ShellWords(text).flaw != .unfinished { return .text(text) }
        }
    }

    /// Lines of standard input; the status is that of the last one that failed, or of `exit`.
    func runScript() -> Int32 {
        var lines = LineReader(descriptor: context.input)
        var failure: Int32 = 0
        while exitStatus == nil, var text = lines.next() {
            while ShellWords(text).flaw == .unfinished, let more = lines.next() { text = Self.joined(text, more) }
            let status = run(text)
            if status != 0 { failure = status }
        }
        return exitStatus ?? failure
    }

    /// A backslash at the end of a line goes, together with the end.
    private static func joined(_ text: String, _ line: String) -> String {
        if text.isEmpty { return line }
        let parsed = ShellWords(text)
        return parsed.quote == .none && text.hasSuffix("\\") ? text.dropLast() + line : text + "\n" + line
    }

    private func run(_ text: String) -> Int32 {
        switch ShellLine(ShellWords(text), context.tools) {
        case .nothing: return 0
        case .refused(let why):
            context.error("kafka shell", why)
            return 1
        case .exit(let status):
            exitStatus = status ?? 0
            return 0
        case .help(nil):
            return run(tool: "--help", [])
        case .help(let tool?): return run(tool: "help", [tool])
        case .tool(let name, let words): return run(tool: name, defaults.applied(to: words, of: name))
        }
    }

    private func run(tool: String, _ words: [String]) -> Int32 {
        context.out.flush()
        let status = ChildProcess.run(SecretLine.words(tool, words), environment: SecretLine.environment(tool, words))
        if status == 126 { context.error("kafka shell", "the command could not be started") }
        return status
    }
}
