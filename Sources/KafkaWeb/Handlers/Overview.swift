// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `/`: the cluster as a whole, and its brokers.
enum Overview {
    static func json(_ data: ClusterData) async throws(ClientError) -> JSON {
        let metadata = try await data.metadata(nil)
        let nodes = metadata.brokers.map(\.nodeID)
        async let directories = Dictionary(
            ClusterData.each(nodes) { await (broker: $0, directories: self.directories($0, data)) }.map {
                ($0.broker, $0.directories)
            }
        ) { first, _ in first }
        async let groups = try? data.groups().count
        let partitions = metadata.topics.flatMap(\.partitions)
        var leaders: [Int32: Int] = [:]
        var replicas: [Int32: Int] = [:]
        for partition in partitions {
            leaders[partition.leaderID, default: 0] += 1
            for replica in partition.replicaNodes { replicas[replica, default: 0] += 1 }
        }
        let (found, groupCount) = await (directories, groups)
        return .members([
            "cluster": .optional(metadata.clusterID),
            "controller": .integer(Int64(metadata.controllerID)),
            "topics": .integer(Int64(metadata.topics.count { !$0.isInternal })),
            "internalTopics": .integer(Int64(metadata.topics.count { $0.isInternal })),
            "partitions": .integer(Int64(partitions.count)),
            "offline": .integer(Int64(partitions.count { $0.leaderID < 0 })),
            "underReplicated": .integer(Int64(partitions.count { $0.isrNodes.count < $0.replicaNodes.count })),
            "groups": groupCount.map { .integer(Int64($0)) } ?? .null,
            "brokers": .array(
                metadata.brokers.sorted { $0.nodeID < $1.nodeID }.map { broker in
                    .members([
                        "id": .integer(Int64(broker.nodeID)),
                        "host": .string(broker.host),
                        "port": .integer(Int64(broker.port)),
                        "rack": .optional(broker.rack),
                        "leaders": .integer(Int64(leaders[broker.nodeID] ?? 0)),
                        "replicas": .integer(Int64(replicas[broker.nodeID] ?? 0)),
                        "directories": found[broker.nodeID].flatMap { $0 } ?? .null,
                    ])
                }),
        ])
    }

    /// A broker's data directories; nil if they may not be seen.
    private static func directories(_ broker: Int32, _ data: ClusterData) async -> JSON? {
        guard
            let response = try? await data.calls.send(DescribeLogDirsRequest { $0.topics = nil }, to: .broker(broker)),
            response.errorCode == .none
        else { return nil }
        return .array(
            response.results.map { directory in
                let bytes = directory.topics.lazy.flatMap(\.partitions).reduce(Int64(0)) {
                    $0.addingSaturating($1.partitionSize)
                }
                return .members([
                    "path": .string(directory.logDir),
                    "error": directory.errorCode == .none ? .null : .string("\(directory.errorCode)"),
                    "size": .integer(bytes),
                    "total": directory.totalBytes < 0 ? .null : .integer(directory.totalBytes),
                    "usable": directory.usableBytes < 0 ? .null : .integer(directory.usableBytes),
                ])
            })
    }
}
