// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// DESCRIBE on the cluster.
struct ListPartitionReassignmentsHandler: RequestHandler {
    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(
        _ request: ListPartitionReassignmentsRequest, _ context: RequestContext,
        _ reply: Reply<ListPartitionReassignmentsResponse>
    ) {
        guard context.authorizeCluster(.describe) else {
            return reply(
                ListPartitionReassignmentsResponse {
                    $0.errorCode = .clusterAuthorizationFailed
                    $0.errorMessage = MetadataError.clusterRefused.answer
                })
        }
        let image = controller.store.image
        let wanted: [(topic: TopicImage, indexes: [Int32])]
        if let topics = request.topics {
            wanted = topics.compactMap { topic in image.topic(topic.name).map { ($0, topic.partitionIndexes) } }
        } else {
            wanted = image.sortedTopics.map { ($0, $0.partitions.indices.map { Int32($0) }) }
        }
        reply(
            ListPartitionReassignmentsResponse {
                $0.errorMessage = nil
                $0.topics = wanted.compactMap { topic, indexes in
                    let partitions = indexes.compactMap { moving(topic, $0) }
                    guard !partitions.isEmpty else { return nil }
                    return .init {
                        $0.name = topic.name
                        $0.partitions = partitions
                    }
                }
            })
    }

    /// Nil for a partition that stays where it is.
    private func moving(
        _ topic: TopicImage, _ index: Int32
    ) -> ListPartitionReassignmentsResponse.OngoingPartitionReassignment? {
        guard topic.partitions.indices.contains(Int(index)) else { return nil }
        let partition = topic.partitions[Int(index)]
        guard !partition.adding.isEmpty || !partition.removing.isEmpty else { return nil }
        return .init {
            $0.partitionIndex = index
            $0.replicas = partition.replicas
            $0.addingReplicas = partition.adding
            $0.removingReplicas = partition.removing
        }
    }
}
