// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc

/// The commands of the metadata shell, and where one is.
struct MetadataShell {
    struct CommandHelp: Sendable {
        var name: String
        var arguments: String
        var help: String
    }

    static let commands: [CommandHelp] = [
        .init(name: "cat", arguments: "FILE...", help: "Show what is in files."),
        .init(name: "cd", arguments: "[DIRECTORY]", help: "Go to a directory; without one, to the root."),
        .init(name: "exit", arguments: "", help: "Leave the shell."),
        .init(name: "find", arguments: "[PATH...]", help: "List all that is below directories."),
        .init(name: "help", arguments: "", help: "List the commands."),
        .init(name: "ls", arguments: "[PATH...]", help: "List what is in directories."),
        .init(name: "man", arguments: "COMMAND", help: "Explain a command."),
        .init(name: "pwd", arguments: "", help: "Say where you are."),
        .init(name: "tree", arguments: "PATH...", help: "Show all that is below directories, with what is in files."),
    ]

    private let root: MetadataNode
    private let context: Context
    private var directory: [String] = []

    init(_ root: MetadataNode, _ context: Context) {
        self.root = root
        self.context = context
    }

    static func check(_ command: String) throws {
        guard !commands.contains(where: { $0.name == command }) else { return }
        let hint = closest(to: command, among: commands.map(\.name)).map { "did you mean \($0)?" }
        throw CommandError("'\(command)' is not a command of the shell; \(hint ?? "help lists them")")
    }

    /// Reads commands until the end of the input.
    mutating func runInput() throws {
        let prompts = isatty(context.input) == 1 && context.environment.isTerminalOutput
        if prompts { context.out.line("[ Kafka Metadata Shell ]") }
        while true {
            if prompts { context.out.write(">> ") }
            context.out.flush()
            guard let line = Swift.readLine() else { return }
            // Quotes and backslashes are gone before a glob is made of a word, as in Apache Kafka's shell.
            let words = ShellWords(line).words
            do {
                if try !words.isEmpty && run(words) { return }
            } catch {
                // At a prompt the next command is as good as ever; a script ends with status 1.
                if prompts {
                    context.error(context.name, ErrorText.line(for: error))
                } else {
                    context.fail(ErrorText.line(for: error))
                }
            }
        }
    }

    /// Runs one command; true: leave.
    mutating func run(_ words: [String]) throws -> Bool {
        let command = words[0]
        try Self.check(command)
        let paths = words.dropFirst().filter { !$0.isEmpty }
        switch command {
        case "exit": return true
        case "pwd": context.out.line("/" + directory.joined(separator: "/"))
        case "help": for command in Self.commands { context.out.line("\(command.name.padded(8))\(command.help)") }
        case "man": try man(paths)
        case "cd": try cd(paths)
        case "ls": list(paths.isEmpty ? ["."] : paths)
        case "find": find(paths.isEmpty ? ["."] : paths)
        case "cat":
            try eachNode(of: command, paths) { shell, target, node in
                guard let text = node.text else { return shell.context.fail("cat: \(target): Is a directory") }
                shell.context.out.line(text)
            }
        default: try eachNode(of: command, paths) { shell, _, node in node.tree { shell.context.out.line($0) } }
        }
        return false
    }

    private func man(_ words: [String]) throws {
        guard let word = words.first else { throw CommandError("man: which command? help lists them") }
        guard let command = Self.commands.first(where: { $0.name == word }) else {
            throw CommandError("man: unknown command \(word); help lists the commands")
        }
        context.out.line("\(command.name): \(command.help)")
        context.out.line()
        context.out.line("usage: \(command.name)\(command.arguments.isEmpty ? "" : " ")\(command.arguments)")
    }

    private mutating func cd(_ paths: [String]) throws {
        guard paths.count <= 1 else { throw CommandError("cd: one directory is enough") }
        let target = paths.first ?? "/"
        let found = resolve(target)
        guard let first = found.first else { throw CommandError("cd: \(target): no such directory.") }
        guard first.node.isDirectory else { throw CommandError("cd: \(target): not a directory.") }
        directory = first.path
    }

    private func eachNode(
        of command: String, _ targets: [String], _ body: (MetadataShell, String, MetadataNode) -> Void
    ) throws {
        if targets.isEmpty { throw CommandError("\(command): name a path, such as \(command) /image/features") }
        for target in targets {
            let found = resolve(target)
            if found.isEmpty { context.fail("\(command): \(target): No such file or directory.") }
            for place in found { body(self, target, place.node) }
        }
    }

    private func list(_ targets: [String]) {
        var files: [String] = []
        var directories: [(name: String, children: [String])] = []
        for target in targets {
            let found = resolve(target)
            if found.isEmpty { context.fail("ls: \(target): no such file or directory.") }
            for place in found {
                let name = place.path.last ?? "/"
                if let entries = place.node.entries {
                    directories.append((name, entries.map(\.name)))
                } else {
                    files.append(name)
                }
            }
        }
        for file in files { context.out.line(file) }
        let named = !files.isEmpty || directories.count > 1
        for (index, directory) in directories.enumerated() where !directory.children.isEmpty {
            if named {
                if index > 0 || !files.isEmpty { context.out.line() }
                context.out.line("\(directory.name):")
            }
            for child in directory.children { context.out.line(child) }
        }
    }

    private func find(_ targets: [String]) {
        func visit(_ path: String, _ node: MetadataNode) {
            context.out.line(path)
            for (name, child) in node.entries ?? [] { visit(path == "/" ? "/\(name)" : "\(path)/\(name)", child) }
        }
        for target in targets {
            let found = resolve(target)
            if found.isEmpty { context.fail("find: \(target): no such file or directory.") }
            for place in found { visit(found.count > 1 ? "/" + place.path.joined(separator: "/") : target, place.node) }
        }
    }

    // MARK: Paths

    private typealias Place = (path: [String], node: MetadataNode)

    /// All that a path with globs stands for.
    private func resolve(_ target: String) -> [Place] {
        var names: [String] = target.hasPrefix("/") ? [] : directory.map(Self.escaped)
        for name in target.split(separator: "/") {
            switch name {
            case ".": continue
            case "..": _ = names.popLast()
            default: names.append(String(name))
            }
        }
        var places: [Place] = [([], root)]
        for name in names {
            let glob = Glob(name)
            places = places.flatMap { place -> [Place] in
                if let literal = glob.literal {
                    return place.node.child(literal).map { [(place.path + [literal], $0)] } ?? []
                }
                return (place.node.entries ?? []).filter { glob.matches($0.name) }
                    .map { (place.path + [$0.name], $0.node) }
            }
        }
        return places
    }

    private static func escaped(_ name: String) -> String {
        name.map { "*?{}\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
