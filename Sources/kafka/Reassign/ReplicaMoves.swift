// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Moves of replicas between the directories of their brokers.
struct ReplicaMoves: Sendable {
    typealias Replica = ReassignmentPlan.Replica

    let admin: Admin
    let context: Context
    let timeoutMs: Int64

    private struct Place: Sendable {
        var current: String?
        var future: String?
    }

    /// Shows how far moves are; whether one is still under way.
    func report(_ targets: [Replica: String]) async throws -> Bool {
        // Kafka prints the list in one piece, an empty line if there is none.
        if targets.isEmpty {
            context.out.line()
            return false
        }
        let (places, silent) = try await places(targets)
        // What is not known may be under way.
        var isOngoing = !silent.isEmpty
        for (replica, target) in targets.sorted(by: { $0.key < $1.key }) where !silent.contains(replica.broker) {
            let name = "Partition \(replica.partition)"
            guard let place = places[replica] else {
                context.out.line("\(name) cannot be found in any live log directory on broker \(replica.broker).")
                continue
            }
            if let future = place.future {
                isOngoing = true
                context.out.line(
                    future == target
                        ? "Reassignment of replica \(replica) is still in progress."
                        : "\(name) on broker \(replica.broker) is being moved to log dir \(future) instead of \(target)."
                )
            } else if place.current == target {
                context.out.line("Reassignment of replica \(replica) completed successfully.")
            } else {
                context.out.line(
                    "\(name) on broker \(replica.broker) is not being moved from log dir \(place.current ?? "") to \(target)."
                )
            }
        }
        return isOngoing
    }

    /// The directories that replicas are in, as far as their brokers say.
    static func directories(
        of replicas: [TopicPartition: [Int32]], _ admin: Admin
    ) async throws -> [Replica: String] {
        let alive = Set(try await admin.cluster.brokers().map(\.id))
        let brokers = Set(replicas.values.joined()).intersection(alive).sorted()
        var directories: [Replica: String] = [:]
        for (broker, result) in try await admin.describeLogDirs(brokers: brokers, topics: Array(replicas.keys)) {
            guard case .success(let response) = result else { continue }
            for found in response.places where !found.isFuture {
                directories[Replica(partition: found.partition, broker: broker)] = found.directory
            }
        }
        return directories
    }

    /// Where replicas are; brokers that don't say are named.
    private func places(
        _ targets: [Replica: String]
    ) async throws -> (places: [Replica: Place], silent: Set<Int32>) {
        var places: [Replica: Place] = [:]
        var silent: Set<Int32> = []
        let brokers = Set(targets.keys.map(\.broker)).sorted()
        let partitions = Set(targets.keys.map(\.partition)).sorted()
        for (broker, result) in try await admin.describeLogDirs(brokers: brokers, topics: partitions) {
            let response: DescribeLogDirsResponse
            switch result {
            case .success(let found): response = found
            case .failure(let error):
                context.fail("The directories of broker \(broker) are not known: \(error.message)")
                silent.insert(broker)
                continue
            }
            for found in response.places {
                let replica = Replica(partition: found.partition, broker: broker)
                if found.isFuture {
                    places[replica, default: Place()].future = found.directory
                } else {
                    places[replica, default: Place()].current = found.directory
                }
            }
        }
        return (places, silent)
    }

    /// Asks until every broker has begun: it can't before a replica has arrived on it. What a broker refuses is named.
    func start(_ targets: [Replica: String]) async throws {
        var pending = targets
        let deadline = ContinuousClock.now + .milliseconds(timeoutMs)
        while !pending.isEmpty {
            for (replica, error) in await alter(pending) {
                guard let directory = pending.removeValue(forKey: replica) else { continue }
                if let error {
                    context.fail("Failed to alter dir for \(replica): \(error.message)")
                    continue
                }
                context.out.line(
                    "Successfully started moving log directory to \(directory) for replica \(replica.partition) with "
                        + "broker \(replica.broker) ")
            }
            if pending.isEmpty { return }
            guard ContinuousClock.now < deadline else {
                let list = pending.keys.sorted().map(\.description).joined(separator: ",")
                throw CommandError(
                    "Timed out before log directory move\(pending.count == 1 ? "" : "s") could be started for: \(list)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Moves back what is on its way.
    func cancel(_ targets: [Replica: String]) async throws {
        var back: [Replica: String] = [:]
        if !targets.isEmpty {
            for (replica, place) in try await places(targets).places
            where targets[replica] != nil && place.future != nil {
                back[replica] = place.current
            }
        }
        if back.isEmpty {
            context.out.line("None of the specified partition moves are active.")
        } else {
            try await start(back)
        }
    }

    /// Those that have begun, and those that never will, with the error.
    private func alter(_ targets: [Replica: String]) async -> [(replica: Replica, error: ClientError?)] {
        var settled: [(replica: Replica, error: ClientError?)] = []
        for (broker, replicas) in Dictionary(grouping: targets, by: \.key.broker).sorted(by: { $0.key < $1.key }) {
            let response: AlterReplicaLogDirsResponse
            do throws(ClientError) {
                response = try await admin.send(Self.request(replicas), to: .broker(broker))
            } catch {
                settled += replicas.map { ($0.key, error) }
                continue
            }
            for topic in response.results {
                for result in topic.partitions where result.errorCode != .replicaNotAvailable {
                    let replica = Replica(
                        partition: TopicPartition(topic.topicName, result.partitionIndex), broker: broker)
                    settled.append((replica, result.errorCode == .none ? nil : ClientError(result.errorCode, "")))
                }
            }
        }
        return settled.sorted { $0.replica < $1.replica }
    }

    private static func request(_ replicas: [(key: Replica, value: String)]) -> AlterReplicaLogDirsRequest {
        AlterReplicaLogDirsRequest {
            $0.dirs = Dictionary(grouping: replicas, by: \.value).sorted { $0.key < $1.key }.map { directory, entries in
                AlterReplicaLogDirsRequest.AlterReplicaLogDir {
                    $0.path = directory
                    $0.topics = Dictionary(grouping: entries, by: \.key.partition.topic).sorted { $0.key < $1.key }.map
                    {
                        topic, entries in
                        AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic {
                            $0.name = topic
                            $0.partitions = entries.map(\.key.partition.partition).sorted()
                        }
                    }
                }
            }
        }
    }
}

extension DescribeLogDirsResponse {
    /// Which partitions are in which directory; one that is being moved is in two.
    fileprivate var places: [(partition: TopicPartition, directory: String, isFuture: Bool)] {
        results.flatMap { directory in
            directory.topics.flatMap { topic in
                topic.partitions.map {
                    (TopicPartition(topic.name, $0.partitionIndex), directory.logDir, $0.isFutureKey)
                }
            }
        }
    }
}
