// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Says where the log of a leader epoch ends, so that a client notices truncation (KIP-320).
///
/// DESCRIBE on the topic, or CLUSTER_ACTION.
struct OffsetForLeaderEpochHandler: RequestHandler {
    let partitions: PartitionRegistry
    /// Where there are several.
    var node: NodeView?

    func handle(
        _ request: OffsetForLeaderEpochRequest, _ context: RequestContext,
        _ reply: Reply<OffsetForLeaderEpochResponse>
    ) {
        let refused =
            context.authorizeCluster(.clusterAction, audit: .allowed)
            ? [] : context.refused(.describe, .topic, request.topics.map(\.topic))
        reply(
            OffsetForLeaderEpochResponse { response in
                response.topics = request.topics.map { topic in
                    .init {
                        $0.topic = topic.topic
                        $0.partitions = topic.partitions.map { wanted in
                            guard refused.contains(topic.topic) else { return find(wanted, of: topic.topic) }
                            return .init {
                                ($0.partition, $0.errorCode) = (wanted.partition, .topicAuthorizationFailed)
                            }
                        }
                    }
                }
            })
    }

    private func find(
        _ wanted: OffsetForLeaderEpochRequest.OffsetForLeaderPartition, of topic: String
    ) -> OffsetForLeaderEpochResponse.EpochEndOffset {
        .init {
            $0.partition = wanted.partition
            guard let partition = partitions.partition(topic, wanted.partition) else {
                $0.errorCode = .unknownTopicOrPartition
                return
            }
            if let node, !node.leads(partition) {
                $0.errorCode = .notLeaderOrFollower
                return
            }
            $0.errorCode = partition.checkLeaderEpoch(wanted.currentLeaderEpoch)
            guard $0.errorCode == .none, let end = partition.log.endOffset(forEpoch: wanted.leaderEpoch) else { return }
            $0.leaderEpoch = end.epoch
            $0.endOffset = end.endOffset
        }
    }
}
