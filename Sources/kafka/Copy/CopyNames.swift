// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What topics are called at the destination; everything else here is told by the names of the source.
struct CopyNames: Sendable {
    private let renamed: [String: String]
    private let prefix: String

    /// - Parameter renames: `SOURCE:DESTINATION`, of topics that get another name than the prefix makes.
    init(renames: [String], prefix: String) throws {
        var renamed: [String: String] = [:]
        for text in renames {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0).trimmed }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw CommandError("Invalid value '\(text)' of option rename: it must be SOURCE:DESTINATION")
            }
            if renamed.updateValue(parts[1], forKey: parts[0]) != nil {
                throw CommandError("Option rename gives topic '\(parts[0])' two names")
            }
        }
        self.renamed = renamed
        self.prefix = prefix
    }

    /// Whether a topic is called as one that was copied before.
    func hasPrefix(_ topic: String) -> Bool { !prefix.isEmpty && topic.hasPrefix(prefix) }

    func there(_ topic: String) -> String { renamed[topic] ?? prefix + topic }

    func there(_ partition: TopicPartition) -> TopicPartition {
        TopicPartition(there(partition.topic), partition.partition)
    }

    /// - Throws: where two topics get one name, a name is none, or a renamed topic isn't copied.
    func check(_ topics: [String]) throws {
        if let other = renamed.keys.sorted().first(where: { !topics.contains($0) }) {
            throw CommandError("Option rename names topic '\(other)', which is not copied")
        }
        var sources: [String: String] = [:]
        for topic in topics.sorted() {
            let name = there(topic)
            if let first = sources.updateValue(topic, forKey: name) {
                throw CommandError("Topics '\(first)' and '\(topic)' would both be '\(name)' at the destination")
            }
            if TopicName.isInternal(name) { throw CommandError("'\(name)' is the name of a topic of Kafka's own") }
        }
    }
}
