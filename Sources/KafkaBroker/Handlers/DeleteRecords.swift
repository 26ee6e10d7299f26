// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Moves the log start of partitions forward; -1 means up to the high watermark (KIP-107).
///
/// DELETE on the topic.
struct DeleteRecordsHandler: RequestHandler {
    let logs: LogManager
    let background: BackgroundQueue
    /// Where there are several.
    var node: NodeView?

    func handle(_ request: DeleteRecordsRequest, _ context: RequestContext, _ reply: Reply<DeleteRecordsResponse>) {
        let refused = context.refused(.delete, .topic, request.topics.map(\.name))
        background.run {
            let response = DeleteRecordsResponse { response in
                response.topics = request.topics.map { topic in
                    .init {
                        $0.name = topic.name
                        $0.partitions = topic.partitions.map {
                            refused.contains(topic.name)
                                ? .failed($0.partitionIndex, .topicAuthorizationFailed) : delete($0, of: topic.name)
                        }
                    }
                }
            }
            logs.recordsDeleted()
            reply(response)
        }
    }

    private func delete(
        _ wanted: DeleteRecordsRequest.Partition, of topic: String
    ) -> DeleteRecordsResponse.Partition {
        var answer = DeleteRecordsResponse.Partition()
        answer.partitionIndex = wanted.partitionIndex
        answer.lowWatermark = -1
        guard let partition = logs.registry.partition(topic, wanted.partitionIndex) else {
            answer.errorCode = .unknownTopicOrPartition
            return answer
        }
        if let node, !node.leads(partition) {
            answer.errorCode = .notLeaderOrFollower
            return answer
        }
        // Kafka keeps compacted topics and its own from being trimmed by hand.
        guard partition.log.config.cleanupPolicy.contains(.delete), !TopicName.isInternal(topic) else {
            answer.errorCode = TopicName.isInternal(topic) ? .invalidTopicException : .policyViolation
            return answer
        }
        do throws(LogError) {
            let offset = wanted.offset == -1 ? partition.log.highWatermark : wanted.offset
            guard offset >= 0 else {
                answer.errorCode = .offsetOutOfRange
                return answer
            }
            try partition.log.advanceLogStart(to: offset)
            answer.lowWatermark = partition.log.logStartOffset
            partition.wake()
        } catch {
            answer.errorCode = error.code
        }
        return answer
    }
}

extension DeleteRecordsResponse.Partition {
    fileprivate static func failed(_ index: Int32, _ error: ErrorCode) -> Self {
        .init { ($0.partitionIndex, $0.lowWatermark, $0.errorCode) = (index, -1, error) }
    }
}
