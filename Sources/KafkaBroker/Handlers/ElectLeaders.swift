// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 1 adds unclean elections and the top-level error (KIP-460).
//
// ALTER on the cluster.
struct ElectLeadersHandler: AsyncRequestHandler {
    typealias Request = ElectLeadersRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> ElectLeadersResponse {
        guard context.authorizeCluster(.alter) else { return refused(request) }
        guard request.electionType == 0 || request.electionType == 1 else {
            return ElectLeadersResponse { $0.errorCode = .invalidRequest }
        }
        let image = controller.store.image
        let partitions: [(topic: String, index: Int32)]
        if let topics = request.topicPartitions {
            partitions = topics.flatMap { topic in topic.partitions.map { (topic.topic, $0) } }
        } else {
            partitions = image.sortedTopics.flatMap { topic in
                topic.partitions.indices.map { (topic.name, Int32($0)) }
            }
        }
        let errors = await controller.electLeaders(partitions, isUnclean: request.electionType == 1)
        var results: [ElectLeadersResponse.ReplicaElectionResult] = []
        for (partition, error) in zip(partitions, errors) {
            // Of all partitions, those are told that were not in order.
            if request.topicPartitions == nil, error?.code == .electionNotNeeded { continue }
            if results.last?.topic != partition.topic {
                results.append(.init { $0.topic = partition.topic })
            }
            results[results.count - 1].partitionResult.append(
                .init {
                    $0.partitionID = partition.index
                    $0.errorCode = error?.code ?? .none
                    $0.errorMessage = error?.answer
                })
        }
        return ElectLeadersResponse { $0.replicaElectionResults = results }
    }

    private func refused(_ request: Request) -> ElectLeadersResponse {
        ElectLeadersResponse {
            $0.errorCode = .clusterAuthorizationFailed
            $0.replicaElectionResults = (request.topicPartitions ?? []).map { topic in
                .init {
                    $0.topic = topic.topic
                    $0.partitionResult = topic.partitions.map { partition in
                        .init {
                            $0.partitionID = partition
                            $0.errorCode = .clusterAuthorizationFailed
                            $0.errorMessage = MetadataError.clusterRefused.answer
                        }
                    }
                }
            }
        }
    }
}
