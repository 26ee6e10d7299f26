// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Kafka's text files of a version, a count, and one entry of words a line.
enum CheckpointFile {
    /// The entries, each with exactly `columns` words; an empty file has none. Nil when there is no file.
    static func read(_ path: String, columns: Int) throws(LogError) -> [[Substring]]? {
        guard let bytes = try FileSystem.contents(path) else { return nil }
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")[...]
        guard let version = lines.popFirst() else { return [] }
        guard version == "0" else {
            throw LogError(.kafkaStorageError, "\(path) has version \(version), where only 0 is known")
        }
        guard let count = lines.popFirst().flatMap({ Int($0) }), count == lines.count else {
            throw LogError(
                .kafkaStorageError, "\(path) is damaged: it holds \(lines.count) entries, not as many as it says")
        }
        var entries: [[Substring]] = []
        entries.reserveCapacity(lines.count)
        for line in lines {
            let words = line.split(separator: " ")
            guard words.count == columns else {
                throw LogError(.kafkaStorageError, "\(path) is damaged: malformed line '\(line)'")
            }
            entries.append(words)
        }
        return entries
    }

    static func write(_ path: String, _ lines: [String], durability: Durability) throws(LogError) {
        var text = "0\n\(lines.count)\n"
        for line in lines { text += line + "\n" }
        try FileSystem.replace(path, with: Array(text.utf8), durability: durability)
    }
}
