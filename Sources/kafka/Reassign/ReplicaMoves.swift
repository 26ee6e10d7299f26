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
        let places = try await places(targets)
        var isOngoing = false
        for (replica, target) in targets.sorted(by: { $0.key < $1.key }) {
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

    private func places(_ targets: [Replica: String]) async throws -> [Replica: Place] {
        var places: [Replica: Place] = [:]
        let brokers = Set(targets.keys.map(\.broker)).sorted()
        for (broker, result) in try await admin.describeLogDirs(brokers: brokers, topics: targets.keys.map(\.partition))
        {
            for directory in try result.get().results {
                for topic in directory.topics {
                    for partition in topic.partitions {
                        let replica = Replica(
                            partition: TopicPartition(topic.name, partition.partitionIndex), broker: broker)
                        if partition.isFutureKey {
                            places[replica, default: Place()].future = directory.logDir
                        } else {
                            places[replica, default: Place()].current = directory.logDir
                        }
                    }
                }
            }
        }
        return places
    }

    /// Asks until every broker has begun: it can't before a replica has arrived on it.
    func start(_ targets: [Replica: String]) async throws {
        var pending = targets
        let deadline = ContinuousClock.now + .milliseconds(timeoutMs)
        while true {
            for replica in try await alter(pending) {
                let directory = pending.removeValue(forKey: replica) ?? ""
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
            for (replica, place) in try await places(targets) where targets[replica] != nil && place.future != nil {
                back[replica] = place.current
            }
        }
        if back.isEmpty {
            context.out.line("None of the specified partition moves are active.")
        } else {
            try await start(back)
        }
    }

    private func alter(_ targets: [Replica: String]) async throws -> [Replica] {
        var started: [Replica] = []
        for (broker, replicas) in Dictionary(grouping: targets, by: \.key.broker).sorted(by: { $0.key < $1.key }) {
            let response = try await admin.cluster.send(Self.request(replicas), to: .broker(broker))
            for topic in response.results {
                for result in topic.partitions {
                    let replica = Replica(
                        partition: TopicPartition(topic.topicName, result.partitionIndex), broker: broker)
                    switch result.errorCode {
                    case .none: started.append(replica)
                    case .replicaNotAvailable: break
                    default: throw CommandError("Failed to alter dir for \(replica): \(result.errorCode.clientMessage)")
                    }
                }
            }
        }
        return started.sorted()
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
