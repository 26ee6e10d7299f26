// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

extension Admin {
    typealias PartitionResults<Value> = [TopicPartition: Result<Value, ClientError>]

    /// Calls `ask` for the leader of each partition, brokers at a time, and again where leadership has moved. A leader
    /// that can't be reached is asked for anew before it is tried again, for another may lead by then.
    /// - Returns: a result for each partition.
    func perLeader<Value: Sendable>(
        _ partitions: [TopicPartition],
        _ ask: @escaping @Sendable (Int32, [TopicPartition]) async throws(ClientError) -> PartitionResults<Value>
    ) async throws(ClientError) -> PartitionResults<Value> {
        let deadline = ContinuousClock.now + timeout
        let patience = patience
        var backoff = cluster.retryBackoff
        var results: PartitionResults<Value> = [:]
        let wanted = Set(partitions)
        var left = wanted
        while true {
            let (byLeader, failures) = try await findLeaders(left)
            results.merge(failures.mapValues { .failure($0) }) { $1 }
            results.merge(await askAll(byLeader, ask)) { $1 }
            for partition in left where results[partition] == nil {
                results[partition] = .failure(
                    ClientError(.invalidResponse, "the broker's answer lacks partition \(partition)"))
            }
            left = left.filter { partition in
                guard case .failure(let error) = results[partition] else { return false }
                if error.errorCode == .leaderNotAvailable { return patience > .now }
                return error.isRetriable && error.errorCode != .unknownTopicOrPartition
            }
            let wait = backoff.next()
            guard !left.isEmpty, wait < deadline.remaining else {
                return results.filter { wanted.contains($0.key) }
            }
            try await delay(wait, until: deadline, "looking for the leaders of partitions")
        }
    }

    private func findLeaders(
        _ partitions: Set<TopicPartition>
    ) async throws(ClientError) -> (byLeader: [Int32: [TopicPartition]], failures: [TopicPartition: ClientError]) {
        let names = Set(partitions.map(\.topic)).sorted()
        let topics = Dictionary(
            try await cluster.describeTopics(names).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var byLeader: [Int32: [TopicPartition]] = [:]
        var failures: [TopicPartition: ClientError] = [:]
        for partition in partitions.sorted() {
            guard let topic = topics[partition.topic] else {
                failures[partition] = ClientError(.unknownTopicOrPartition, "topic \(partition.topic)")
                continue
            }
            if topic.error != .none {
                failures[partition] = Cluster.failure(topic)
            } else if let found = topic.partition(partition.partition) {
                if let leader = found.leader {
                    byLeader[leader, default: []].append(partition)
                } else {
                    failures[partition] = ClientError(.leaderNotAvailable, "partition \(partition)")
                }
            } else {
                failures[partition] = ClientError(
                    .broker(.unknownTopicOrPartition),
                    "topic \(topic.name) has no partition \(partition.partition), only \(topic.partitions.count)")
            }
        }
        return (byLeader, failures)
    }

    private func askAll<Value: Sendable>(
        _ byLeader: [Int32: [TopicPartition]],
        _ ask: @escaping @Sendable (Int32, [TopicPartition]) async throws(ClientError) -> PartitionResults<Value>
    ) async -> PartitionResults<Value> {
        await withTaskGroup(of: PartitionResults<Value>.self) { group in
            for (leader, partitions) in byLeader {
                group.addTask {
                    do throws(ClientError) {
                        return try await ask(leader, partitions)
                    } catch {
                        return partitions.reduce(into: [:]) { $0[$1] = .failure(error) }
                    }
                }
            }
            var results: PartitionResults<Value> = [:]
            for await part in group { results.merge(part) { $1 } }
            return results
        }
    }
}

extension Sequence<TopicPartition> {
    /// Partitions by topic, both sorted, as requests have them.
    var byTopic: [(topic: String, partitions: [Int32])] {
        Dictionary(grouping: self, by: \.topic)
            .map { (topic: $0.key, partitions: $0.value.map(\.partition).sorted()) }
            .sorted { $0.topic < $1.topic }
    }

    /// The same value for each.
    package func each<Value>(_ value: Value) -> [TopicPartition: Value] { reduce(into: [:]) { $0[$1] = value } }
}
