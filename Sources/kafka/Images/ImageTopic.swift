// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// One of `KAFKA_CREATE_TOPICS`: `orders:3:1:compact`.
struct ImageTopic: Equatable {
    var name: String
    /// -1 for num.partitions.
    var partitions: Int32 = -1
    /// -1 for default.replication.factor.
    var replicas: Int16 = -1
    var cleanupPolicy: String?

    static func parse(_ text: String, separator: String) throws -> [ImageTopic] {
        var topics: [ImageTopic] = []
        for element in pieces(text[...], separator).map(\.trimmed) where !element.isEmpty {
            let topic = try ImageTopic(element)
            guard !topics.contains(where: { $0.name == topic.name }) else {
                throw CommandError("KAFKA_CREATE_TOPICS has the topic '\(topic.name)' twice")
            }
            topics.append(topic)
        }
        return topics
    }

    private init(_ text: String) throws {
        func refusal(_ why: String) -> CommandError {
            CommandError("KAFKA_CREATE_TOPICS has '\(text)': \(why); write NAME:PARTITIONS:REPLICAS[:CLEANUP.POLICY]")
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(\.trimmed)
        name = parts[0]
        if let complaint = TopicName.complaint(name) { throw refusal(complaint) }
        guard parts.count <= 4 else { throw refusal("there is too much") }
        func number<Number: FixedWidthInteger>(_ index: Int, _ what: String) throws -> Number? {
            guard index < parts.count, !parts[index].isEmpty else { return nil }
            guard let number = Number(parts[index]), number > 0 else {
                throw refusal("'\(parts[index])' is no number of \(what)")
            }
            return number
        }
        if let count: Int32 = try number(1, "partitions") { partitions = count }
        if let count: Int16 = try number(2, "replicas") { replicas = count }
        // Several policies are written as `delete+compact`, for a comma is mostly what separates topics.
        if parts.count == 4, !parts[3].isEmpty {
            cleanupPolicy = String(parts[3].map { $0 == "+" ? "," : $0 })
        }
    }

    private static func pieces(_ text: Substring, _ separator: String) -> [Substring] {
        // An editor's line feed, or how a shell writes it.
        let separator = separator == "\\n" ? "\n" : separator
        guard let first = separator.first else { return [text] }
        return text.split(separator: first)
    }

    /// As a client would ask for it, of a broker that is alone.
    var request: CreateTopicsRequest.Topic {
        CreateTopicsRequest.Topic {
            $0.name = name
            $0.numPartitions = partitions
            $0.replicationFactor = min(replicas, 1)
            if let cleanupPolicy {
                $0.configs = [
                    CreateTopicsRequest.Config {
                        $0.name = "cleanup.policy"
                        $0.value = cleanupPolicy
                    }
                ]
            }
        }
    }
}
