// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Synchronization

/// The partitions that are open, by topic.
final class PartitionRegistry: Sendable {
    /// The open partitions of one topic, by number.
    struct Topic: Sendable {
        var name: String
        var id: KafkaUUID
        var partitions: [Int32: Partition] = [:]
    }

    private struct State {
        var topics: [String: Topic] = [:]
        var names: [KafkaUUID: String] = [:]
        var unopened: Set<TopicPartition> = []
    }

    private let state = Mutex(State())

    func topic(_ name: String) -> Topic? { state.withLock { $0.topics[name] } }

    func topic(_ id: KafkaUUID) -> Topic? {
        state.withLock { state in state.names[id].flatMap { state.topics[$0] } }
    }

    func partition(_ topic: String, _ index: Int32) -> Partition? { self.topic(topic)?.partitions[index] }

    /// All open partitions, in order of topic and number.
    var all: [Partition] {
        state.withLock { $0.topics.values.flatMap(\.partitions.values) }
            .sorted { $0.topicPartition < $1.topicPartition }
    }

    /// Partitions that exist, and could not be opened so far.
    var unopened: Set<TopicPartition> {
        get { state.withLock { $0.unopened } }
        set { state.withLock { $0.unopened = newValue } }
    }

    func add(_ partitions: [Partition]) {
        state.withLock { state in
            for partition in partitions {
                let name = partition.topicPartition.topic
                state.names[partition.topicID] = name
                state.topics[name, default: Topic(name: name, id: partition.topicID)]
                    .partitions[partition.topicPartition.partition] = partition
            }
        }
    }

    /// Takes a topic's partitions out; requests that hold one still use it until they are done.
    func remove(topic name: String) -> [Partition] {
        let removed = state.withLock { state in
            guard let topic = state.topics.removeValue(forKey: name) else { return [Partition]() }
            state.names[topic.id] = nil
            return Array(topic.partitions.values)
        }
        for partition in removed { partition.wake() }
        return removed
    }
}
