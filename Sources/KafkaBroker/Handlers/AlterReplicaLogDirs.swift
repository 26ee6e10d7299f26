// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Moves partitions between data directories (KIP-113). There is one: what is asked to go there is there already.
///
/// ALTER on the cluster.
struct AlterReplicaLogDirsHandler: RequestHandler {
    let partitions: PartitionRegistry
    /// The absolute path of the data directory.
    let path: String

    func handle(
        _ request: AlterReplicaLogDirsRequest, _ context: RequestContext, _ reply: Reply<AlterReplicaLogDirsResponse>
    ) {
        let mayAlter = context.authorizeCluster(.alter)
        reply(
            AlterReplicaLogDirsResponse { response in
                for directory in request.dirs {
                    for topic in directory.topics {
                        response.results.append(
                            .init {
                                $0.topicName = topic.name
                                $0.partitions = topic.partitions.map { index in
                                    .init {
                                        $0.partitionIndex = index
                                        $0.errorCode =
                                            mayAlter
                                            ? error(directory.path, topic.name, index) : .clusterAuthorizationFailed
                                    }
                                }
                            })
                    }
                }
            })
    }

    private func error(_ directory: String, _ topic: String, _ partition: Int32) -> ErrorCode {
        if directory != path { return .logDirNotFound }
        return partitions.partition(topic, partition) == nil ? .replicaNotAvailable : .none
    }
}
