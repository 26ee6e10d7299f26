// SPDX-License-Identifier: Apache-2.0

import Libc
import SystemPackage

/// The commands of earlier runs, one a line. Each is appended when it is typed, so that shells at the same time don't
/// overwrite each other's. What can't be read or written is left alone: history is a comfort.
struct HistoryFile: Sendable {
    /// Lines that are kept.
    static let limit = 2000

    let path: FilePath

    /// `$XDG_STATE_HOME/kafka/NAME`, by default in ~/.local/state; nil when there is no home.
    init?(named name: String = "history", _ environment: Environment) {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            path = FilePath(state).appending("kafka").appending(name)
        } else if let home = environment["HOME"], !home.isEmpty {
            path = FilePath(home).appending(".local/state/kafka").appending(name)
        } else {
            return nil
        }
    }

    /// The newest lines, the oldest of them first; a file that has grown to twice the limit is cut.
    func load() -> [String] {
        guard let bytes = try? FileText.readBytes(path.string, for: "history") else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        if lines.count > 2 * Self.limit { try? replace(with: lines.suffix(Self.limit)) }
        return Array(lines.suffix(Self.limit))
    }

    func append(_ line: String) {
        guard Self.keeps(line) else { return }
        makeDirectories()
        guard
            let file = try? FileDescriptor.open(
                path, .writeOnly, options: [.append, .create, .closeOnExec], permissions: .ownerReadWrite)
        else { return }
        _ = try? file.closeAfter { try file.writeAll((line + "\n").utf8) }
    }

    /// A line that begins with a blank, as in other shells, and secrets are not written down.
    static func keeps(_ line: String) -> Bool {
        !line.hasPrefix(" ") && !line.contains("\n") && !holdsSecret(line)
    }

    /// Whether a line has a word of those that secrets stand behind.
    static func holdsSecret(_ line: String) -> Bool {
        let line = line.lowercased()
        return ["password", "passphrase", "secret", "jaas", "hmac", "credential", "bearer "].contains {
            line.contains($0)
        }
    }

    private func replace(with lines: ArraySlice<String>) throws {
        let new = FilePath(path.string + ".new")
        let file = try FileDescriptor.open(
            new, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
        _ = try file.closeAfter { try file.writeAll((lines.joined(separator: "\n") + "\n").utf8) }
        rename(new.string, path.string)
    }

    private func makeDirectories() {
        var directory = FilePath(root: path.root)
        for component in path.removingLastComponent().components {
            directory.append(component)
            mkdir(directory.string, 0o700)
        }
    }
}
