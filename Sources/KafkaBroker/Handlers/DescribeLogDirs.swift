// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Libc

/// Says how much room partitions take in the data directory (KIP-113, KIP-827).
///
/// DESCRIBE on the cluster; the error came with version 3, before there are just no directories.
struct DescribeLogDirsHandler: RequestHandler {
    let partitions: PartitionRegistry
    /// The absolute path of the data directory.
    let path: String
    let background: BackgroundQueue
    /// Where there are several.
    var node: NodeView?

    func handle(_ request: DescribeLogDirsRequest, _ context: RequestContext, _ reply: Reply<DescribeLogDirsResponse>) {
        guard context.authorizeCluster(.describe) else {
            return reply(DescribeLogDirsResponse { $0.errorCode = .clusterAuthorizationFailed })
        }
        background.run { reply(describe(request)) }
    }

    private func describe(_ request: DescribeLogDirsRequest) -> DescribeLogDirsResponse {
        var wanted: [Partition] = []
        if let topics = request.topics {
            for topic in topics { wanted += topic.partitions.compactMap { partitions.partition(topic.topic, $0) } }
        } else {
            wanted = partitions.all
        }
        if let node { wanted.removeAll { !node.hasReplica(of: $0) } }
        let space = Self.space(at: path)
        return DescribeLogDirsResponse { response in
            response.results = [
                .init {
                    $0.logDir = path
                    $0.totalBytes = space.total
                    $0.usableBytes = space.usable
                    for partition in wanted {
                        let name = partition.topicPartition.topic
                        if $0.topics.last?.name != name { $0.topics.append(.init { $0.name = name }) }
                        $0.topics[$0.topics.count - 1].partitions.append(
                            .init {
                                $0.partitionIndex = partition.topicPartition.partition
                                $0.partitionSize = partition.log.byteCount
                            })
                    }
                }
            ]
        }
    }

    /// Bytes of the volume, and those that this process may still use; -1 where the system does not say.
    private static func space(at path: String) -> (total: Int64, usable: Int64) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return (-1, -1) }
        let unit = Int64(status.f_frsize)
        return (Int64(status.f_blocks) * unit, Int64(status.f_bavail) * unit)
    }
}
