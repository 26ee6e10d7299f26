// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// What the page shows of a cluster, asked for when it is shown, and of nothing else.
struct ClusterData: Sendable {
    let calls: any ClusterCalls

    /// - Parameter topics: nil for all.
    func metadata(_ topics: [String]?) async throws(ClientError) -> MetadataResponse {
        try await calls.send(
            MetadataRequest {
                $0.topics = topics.map { $0.map { name in MetadataRequest.Topic { $0.name = name } } }
                $0.allowAutoTopicCreation = false
            })
    }

    /// A topic as brokers know it now.
    func topic(_ name: String) async throws(ClientError) -> MetadataResponse.Topic {
        let response = try await metadata([name])
        guard var topic = response.topics.first else {
            throw ClientError(.invalidResponse, "the broker's metadata lacks the topic that was asked for")
        }
        guard topic.errorCode == .none else { throw ClientError(topic.errorCode, "topic \(name)") }
        topic.partitions.sort { $0.partitionIndex < $1.partitionIndex }
        return topic
    }

    /// Runs `call` for each of the targets, a few at a time; what fails is left to the caller.
    static func each<Target: Sendable, Value: Sendable>(
        _ targets: [Target], _ call: @escaping @Sendable (Target) async -> Value
    ) async -> [Value] {
        await withTaskGroup(of: (Int, Value).self) { group in
            var values = [Value?](repeating: nil, count: targets.count)
            var next = 0
            func start() {
                guard next < targets.count else { return }
                let index = next
                next += 1
                group.addTask { (index, await call(targets[index])) }
            }
            for _ in 0..<8 { start() }
            while let (index, value) = await group.next() {
                values[index] = value
                start()
            }
            return values.compactMap { $0 }
        }
    }
}

/// A partition and who leads it.
struct LedPartition: Sendable, Hashable {
    var partition: TopicPartition
    var leader: Int32

    /// Those of a topic that have a leader.
    static func of(_ topic: MetadataResponse.Topic) -> [LedPartition] {
        topic.partitions.filter { $0.leaderID >= 0 && $0.partitionIndex >= 0 }.map {
            LedPartition(partition: TopicPartition(topic.name ?? "", $0.partitionIndex), leader: $0.leaderID)
        }
    }
}
