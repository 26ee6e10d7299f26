// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

/// Topics page by page, by name, from a cursor on (KIP-966).
///
/// DESCRIBE on the topic: of all topics, the others are left out; asked for by name, one is refused whether it exists or
/// not.
struct DescribeTopicPartitionsHandler: RequestHandler {
    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(
        _ request: DescribeTopicPartitionsRequest, _ context: RequestContext,
        _ reply: Reply<DescribeTopicPartitionsResponse>
    ) {
        let image = controller.store.image
        let limit = max(
            1, min(request.responsePartitionLimit, controller.configuration.int32("max.request.partition.size.limit")))
        let first = request.cursor
        var names = request.topics.isEmpty ? Array(image.topics.keys) : Array(Set(request.topics.map(\.name)))
        names.sort()
        if let first { names.removeAll { $0 < first.topicName } }
        let isEverything = request.topics.isEmpty
        let refused = context.refused(.describe, .topic, names)
        names.removeAll(where: refused.contains)
        var response = DescribeTopicPartitionsResponse()
        var room = Int(limit)
        for name in names {
            guard room > 0 else {
                response.nextCursor = .at(name, 0)
                break
            }
            guard let topic = image.topic(name) else {
                if !isEverything { response.topics.append(missing(name, context)) }
                continue
            }
            let start = name == first?.topicName ? Int(max(0, first!.partitionIndex)) : 0
            let end = min(topic.partitions.count, start + room)
            response.topics.append(describe(topic, start..<max(start, end), context))
            room -= max(0, end - start)
            if end < topic.partitions.count {
                response.nextCursor = .at(name, Int32(end))
                break
            }
        }
        if !isEverything {
            response.topics += refused.sorted().map { name in
                .init { ($0.name, $0.errorCode) = (name, .topicAuthorizationFailed) }
            }
        }
        reply(response)
    }

    private func missing(_ name: String, _ context: RequestContext) -> DescribeTopicPartitionsResponse.Topic {
        DescribeTopicPartitionsResponse.Topic {
            $0.errorCode = TopicName.complaint(name) == nil ? .unknownTopicOrPartition : .invalidTopicException
            $0.name = name
            $0.isInternal = TopicName.isInternal(name)
            $0.topicAuthorizedOperations = context.authorizedOperations(.topic, name)
        }
    }

    private func describe(
        _ topic: TopicImage, _ range: Range<Int>, _ context: RequestContext
    ) -> DescribeTopicPartitionsResponse.Topic {
        DescribeTopicPartitionsResponse.Topic {
            $0.name = topic.name
            $0.topicID = topic.id
            $0.isInternal = topic.isInternal
            $0.topicAuthorizedOperations = context.authorizedOperations(.topic, topic.name)
            $0.partitions = range.clamped(to: 0..<topic.partitions.count).map { index in
                let partition = topic.partitions[index]
                return DescribeTopicPartitionsResponse.Partition {
                    $0.errorCode = partition.leader < 0 ? .leaderNotAvailable : .none
                    $0.partitionIndex = Int32(index)
                    $0.leaderID = partition.leader
                    $0.leaderEpoch = partition.leaderEpoch
                    $0.replicaNodes = partition.replicas
                    $0.isrNodes = partition.isr
                    $0.eligibleLeaderReplicas = partition.eligibleLeaderReplicas
                    $0.lastKnownElr = partition.lastKnownELR
                    $0.offlineReplicas = partition.replicas.filter(controller.store.isOffline)
                }
            }
        }
    }
}

extension DescribeTopicPartitionsResponse.Cursor {
    fileprivate static func at(_ topic: String, _ partition: Int32) -> Self {
        Self {
            $0.topicName = topic
            $0.partitionIndex = partition
        }
    }
}
