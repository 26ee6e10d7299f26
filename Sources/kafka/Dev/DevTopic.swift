// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A topic that is there before the command starts: `orders`, `orders:3`, `orders:3:cleanup.policy=compact`.
struct DevTopic: Sendable, Equatable {
    struct Config: Sendable, Equatable {
        var name: String
        var value: String
    }

    var name: String
    /// Nil for as many as `num.partitions` of the broker says.
    var partitions: Int32?
    var configs: [Config] = []

    init(name: String, partitions: Int32?) {
        self.name = name
        self.partitions = partitions
    }

    /// - Parameter text: as the option has it. A comma before a name and an equals sign begins the next config; others
    ///   belong to a value, as in `cleanup.policy=compact,delete`.
    init(_ text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        func invalid(_ why: String) -> CommandError {
            CommandError(
                "Invalid value '\(text)' of option topic: \(why); it has the form NAME, NAME:PARTITIONS or "
                    + "NAME:PARTITIONS:CONFIG=VALUE,…")
        }
        name = parts[0]
        guard !name.isEmpty else { throw invalid("the name is missing") }
        if parts.count > 1, !parts[1].isEmpty {
            guard let count = Int32(parts[1]), count > 0 else {
                throw invalid("'\(parts[1])' is no number of partitions")
            }
            partitions = count
        }
        guard parts.count > 2 else { return }
        for piece in parts[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            if let equals = piece.firstIndex(of: "="), equals > piece.startIndex {
                configs.append(
                    Config(name: piece[..<equals].trimmed, value: piece[piece.index(after: equals)...].trimmed))
            } else if configs.isEmpty {
                throw invalid("'\(piece)' is no CONFIG=VALUE")
            } else {
                configs[configs.count - 1].value += "," + piece
            }
        }
    }

    var request: CreateTopicsRequest.Topic {
        var topic = CreateTopicsRequest.Topic()
        topic.name = name
        topic.numPartitions = partitions ?? -1
        topic.replicationFactor = -1
        topic.configs = configs.map { config in
            var entry = CreateTopicsRequest.Config()
            entry.name = config.name
            entry.value = config.value
            return entry
        }
        return topic
    }

    /// The topics that were asked for, and those that a seed needs beside them.
    static func all(_ asked: [DevTopic], for seed: DevSeed?) throws -> [DevTopic] {
        var topics: [DevTopic] = []
        for topic in asked {
            guard !topics.contains(where: { $0.name == topic.name }) else {
                throw CommandError("Topic '\(topic.name)' is named twice.")
            }
            topics.append(topic)
        }
        for (name, needed) in (seed?.partitions ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let index = topics.firstIndex(where: { $0.name == name }) else {
                topics.append(DevTopic(name: name, partitions: needed > 1 ? needed : nil))
                continue
            }
            if let count = topics[index].partitions, count < needed {
                throw CommandError(
                    "The seed has records of partition \(needed - 1) of topic '\(name)', but --topic gives it "
                        + "\(count) partition\(count == 1 ? "" : "s"); --topic \(name):\(needed) is enough.")
            }
            if topics[index].partitions == nil, needed > 1 { topics[index].partitions = needed }
        }
        return topics
    }
}
