// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// The file of `--reassignment-json-file`: which brokers, and optionally which directories, partitions are to have.
struct ReassignmentPlan: Sendable {
    struct Replica: Sendable, Hashable, Comparable, CustomStringConvertible {
        var partition: TopicPartition
        var broker: Int32

        static func < (left: Replica, right: Replica) -> Bool {
            (left.broker, left.partition) < (right.broker, right.partition)
        }

        var description: String { "\(partition)-\(broker)" }
    }

    private(set) var replicas: [TopicPartition: [Int32]] = [:]
    private(set) var directories: [Replica: String] = [:]

    var partitions: [TopicPartition] { replicas.keys.sorted() }
    var topics: [String] { Set(replicas.keys.map(\.topic)).sorted() }

    init(file path: String) throws {
        let file = try PartitionFile.read(path, option: "reassignment-json-file")
        for entry in file.entries {
            let brokers = try (entry.json["replicas"]?.elements ?? []).map { element in
                guard let number = element.number, let id = Int32(exactly: number) else {
                    throw CommandError("Partition \(entry.partition) of '\(path)' has a replica that is no broker id")
                }
                return id
            }
            if brokers.isEmpty { throw CommandError("Partition replica list cannot be empty: \(entry.partition)") }
            if Set(brokers).count != brokers.count {
                throw CommandError("Partition replica lists may not contain duplicate entries: \(entry.partition)")
            }
            guard replicas.updateValue(brokers, forKey: entry.partition) == nil else {
                throw CommandError("Partition reassignment contains duplicate topic partitions: \(entry.partition)")
            }
            guard let list = entry.json["log_dirs"]?.elements else { continue }
            guard list.count == brokers.count else {
                throw CommandError(
                    "Size of replicas list is different from size of log dirs list for partition \(entry.partition)")
            }
            for (broker, directory) in zip(brokers, list) {
                guard let directory = directory.text, directory != "any" else { continue }
                directories[Replica(partition: entry.partition, broker: broker)] = directory
            }
        }
        if replicas.isEmpty { throw CommandError("Partition reassignment data file '\(path)' is empty") }
    }

    /// The JSON that this tool reads; a replica that is not in `directories` may be in any.
    static func json(_ replicas: [TopicPartition: [Int32]], in directories: [Replica: String] = [:]) -> JSON {
        .members([
            "version": .integer(1),
            "partitions": .array(
                replicas.sorted { $0.key < $1.key }.map { partition, brokers in
                    .members([
                        "topic": .string(partition.topic), "partition": .integer(Int64(partition.partition)),
                        "replicas": .list(brokers),
                        "log_dirs": .array(
                            brokers.map {
                                .string(directories[Replica(partition: partition, broker: $0)] ?? "any")
                            }),
                    ])
                }),
        ])
    }
}
