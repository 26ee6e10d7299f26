// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Puts share partitions at offsets, as share groups ask their coordinator to (KIP-932).
///
/// CLUSTER_ACTION.
struct InitializeShareGroupStateHandler: AsyncRequestHandler {
    typealias Request = InitializeShareGroupStateRequest

    let shares: SharePartitions

    func handle(
        _ request: InitializeShareGroupStateRequest, _ context: RequestContext
    ) async -> InitializeShareGroupStateResponse {
        let mayAct = context.authorizeCluster(.clusterAction)
        var response = InitializeShareGroupStateResponse()
        for topic in request.topics {
            var result = InitializeShareGroupStateResponse.Result { $0.topicID = topic.topicID }
            for partition in topic.partitions {
                let key = SharePartitionKey(request.groupID, topic.topicID, partition.partition)
                let error = mayAct ? await initialize(key, partition) : .clusterRefused
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

    private func initialize(
        _ key: SharePartitionKey, _ partition: InitializeShareGroupStateRequest.Partition
    ) async -> ShareError? {
        guard shares.isEnabled() else { return ShareError(.unsupportedVersion) }
        do throws(ShareError) {
            try await shares.coordinator.initialize(
                key, stateEpoch: partition.stateEpoch, startOffset: partition.startOffset)
            return nil
        } catch { return error }
    }
}
