// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Has the share coordinator forget share partitions (KIP-932).
///
/// CLUSTER_ACTION.
struct DeleteShareGroupStateHandler: AsyncRequestHandler {
    typealias Request = DeleteShareGroupStateRequest

    let shares: SharePartitions

    func handle(
        _ request: DeleteShareGroupStateRequest, _ context: RequestContext
    ) async -> DeleteShareGroupStateResponse {
        let mayAct = context.authorizeCluster(.clusterAction)
        var response = DeleteShareGroupStateResponse()
        for topic in request.topics {
            var result = DeleteShareGroupStateResponse.Result { $0.topicID = topic.topicID }
            for partition in topic.partitions {
                let error =
                    mayAct
                    ? await delete(SharePartitionKey(request.groupID, topic.topicID, partition.partition))
                    : .clusterRefused
                result.partitions.append(
                    .init {
                        $0.partition = partition.partition
                        $0.errorCode = error?.code ?? .none
                        $0.errorMessage = error?.message
                    })
            }
            response.results.append(result)
        }
        return response
    }

    private func delete(_ key: SharePartitionKey) async -> ShareError? {
        guard shares.isEnabled() else { return ShareError(.unsupportedVersion) }
        do throws(ShareError) {
            try await shares.coordinator.delete(key)
            return nil
        } catch { return error }
    }
}
