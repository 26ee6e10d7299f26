// SPDX-License-Identifier: Apache-2.0

import KafkaBroker

/// `kafka metadata-shell`: looks around in the metadata of a cluster as in a file system.
struct MetadataShellCommand: Command {
    static let definition = CommandDefinition(
        name: "metadata-shell",
        summary: "Look around in a cluster's metadata, from its log or a snapshot",
        discussion: """
            Shows what a snapshot, or a data directory's metadata log, says: topics, configurations, brokers, features, \
            quotas and credentials, as directories and files below /image. Without a command it reads commands from \
            standard input. Commands: \(MetadataShell.commands.map(\.name).joined(separator: ", ")).
            """,
        options: [
            .value("snapshot", "FILE", "A snapshot (.checkpoint) or a segment (.log)", short: "s", completion: .file),
            .value(
                "directory", "DIR", "A data directory, or the directory __cluster_metadata-0 in it", short: "d",
                completion: .file),
        ],
        operands: "[command]",
        examples: [
            .init("kafka metadata-shell --directory /var/lib/kafka ls /image/topics/byName", "List the topics"),
            .init(
                "kafka metadata-shell --snapshot 00000000000000000100-0000000001.checkpoint tree /image/features",
                "Show the features of a snapshot"),
        ],
        differences: [
            "Reads a metadata log as well, also while a broker writes it; Kafka's needs a snapshot.",
            "What does not exist is named on standard error, and the status is 1.",
        ])

    private enum Source: Sendable {
        case file(String)
        case directory(String)
        case standard
    }

    private let source: Source
    private let words: [String]

    init(_ arguments: Arguments) throws {
        if arguments.has("snapshot"), arguments.has("directory") {
            throw CommandError.conflict("directory", with: "snapshot")
        }
        if let file = arguments.string("snapshot") {
            source = .file(file)
        } else if let directory = arguments.string("directory") {
            source = .directory(directory)
        } else {
            source = .standard
        }
        words = arguments.operands.filter { !$0.isEmpty }
        if let first = words.first { try MetadataShell.check(first) }
    }

    func run(_ context: Context) async throws {
        let image = try load(context)
        var shell = MetadataShell(MetadataTree.root(image), context)
        guard words.isEmpty else {
            _ = try shell.run(words)
            return
        }
        try shell.runInput()
    }

    private func load(_ context: Context) throws -> MetadataImage {
        switch source {
        case .file(let path):
            switch try FileText.kind(of: path) {
            case .missing: throw CommandError("The snapshot '\(path)' does not exist.")
            case .file: return try MetadataImage.read(file: path)
            case .directory: return try Self.read(directory: path)
            }
        case .directory(let path): return try Self.read(directory: path)
        case .standard:
            guard let path = try? DefaultDataDirectory.path(context.environment),
                try FileText.kind(of: path) != .missing
            else {
                throw CommandError("Name a snapshot with --snapshot, or a data directory with --directory.")
            }
            return try Self.read(directory: path)
        }
    }

    private static func read(directory path: String) throws -> MetadataImage {
        guard try FileText.kind(of: path) == .directory else {
            throw CommandError("The directory '\(path)' does not exist.")
        }
        let inner = path + "/__cluster_metadata-0"
        return try MetadataImage.read(directory: FileText.kind(of: inner) == .directory ? inner : path)
    }
}
