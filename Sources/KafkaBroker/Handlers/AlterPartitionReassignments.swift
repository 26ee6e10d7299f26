// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 1 can forbid a change of the replication factor.
//
// ALTER on the cluster.
struct AlterPartitionReassignmentsHandler: AsyncRequestHandler {
    typealias Request = AlterPartitionReassignmentsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> AlterPartitionReassignmentsResponse {
        let partitions = request.topics.flatMap { topic in
            topic.partitions.map { (topic: topic.name, index: $0.partitionIndex, replicas: $0.replicas) }
        }
        let refusal: MetadataError? = context.authorizeCluster(.alter) ? nil : .clusterRefused
        var errors =
            refusal == nil
            ? await controller.alterPartitionReassignments(
                partitions, allowsOtherReplicationFactor: request.allowReplicationFactorChange)[...]
            : partitions.map { _ in refusal }[...]
        return AlterPartitionReassignmentsResponse {
            $0.errorCode = refusal?.code ?? .none
            $0.errorMessage = refusal?.answer
            $0.allowReplicationFactorChange = request.allowReplicationFactorChange
            $0.responses = request.topics.map { topic in
                AlterPartitionReassignmentsResponse.ReassignableTopicResponse {
                    $0.name = topic.name
                    $0.partitions = topic.partitions.map { partition in
                        let error = errors.removeFirst()
                        return AlterPartitionReassignmentsResponse.ReassignablePartitionResponse {
                            $0.partitionIndex = partition.partitionIndex
                            $0.errorCode = error?.code ?? .none
                            $0.errorMessage = error?.answer
                        }
                    }
                }
            }
        }
    }
}
