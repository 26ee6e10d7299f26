// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Lists the producers that a partition remembers (KIP-664).
///
/// READ on the topic.
struct DescribeProducersHandler: RequestHandler {
    let partitions: PartitionRegistry
    /// Where there are several.
    var node: NodeView?

    func handle(
        _ request: DescribeProducersRequest, _ context: RequestContext, _ reply: Reply<DescribeProducersResponse>
    ) {
        reply(
            DescribeProducersResponse { response in
                response.topics = request.topics.distinct(by: \.name).map { topic in
                    let mayRead =
                        TopicName.complaint(topic.name) != nil || context.authorize(.read, .topic, topic.name)
                    return .init {
                        $0.name = topic.name
                        $0.partitions = topic.partitionIndexes.distinct().map { index in
                            guard !mayRead else { return describe(index, of: topic.name) }
                            return .init {
                                $0.partitionIndex = index
                                $0.errorCode = .topicAuthorizationFailed
                                $0.errorMessage = MetadataError.topicRefused.answer
                            }
                        }
                    }
                }
            })
    }

    private func describe(_ index: Int32, of topic: String) -> DescribeProducersResponse.PartitionResponse {
        .init {
            $0.partitionIndex = index
            guard let partition = partitions.partition(topic, index) else {
                $0.errorCode = TopicName.complaint(topic) == nil ? .unknownTopicOrPartition : .invalidTopicException
                $0.errorMessage = TopicName.complaint(topic)
                return
            }
            if let node, !node.leads(partition) {
                $0.errorCode = .notLeaderOrFollower
                return
            }
            $0.activeProducers = partition.log.activeProducers.map { producer in
                .init {
                    $0.producerID = producer.producerID
                    $0.producerEpoch = Int32(clamping: producer.epoch)
                    $0.lastSequence = producer.lastSequence
                    $0.lastTimestamp = producer.lastTimestamp
                    $0.coordinatorEpoch = producer.coordinatorEpoch
                    $0.currentTxnStartOffset = producer.currentTransactionStart
                }
            }
        }
    }
}
