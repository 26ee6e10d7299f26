// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Has the share coordinator keep what changed in share partitions (KIP-932).
///
/// CLUSTER_ACTION.
struct WriteShareGroupStateHandler: AsyncRequestHandler {
    typealias Request = WriteShareGroupStateRequest

    let shares: SharePartitions

    func handle(
        _ request: WriteShareGroupStateRequest, _ context: RequestContext
    ) async -> WriteShareGroupStateResponse {
        let mayAct = context.authorizeCluster(.clusterAction)
        await shares.coordinator.loaded()
        return WriteShareGroupStateResponse {
            $0.results = request.topics.map { topic in
                .init {
                    $0.topicID = topic.topicID
                    $0.partitions = topic.partitions.map { partition in
                        let key = SharePartitionKey(request.groupID, topic.topicID, partition.partition)
                        let error = mayAct ? write(key, partition) : .clusterRefused
                        return .init {
                            $0.partition = partition.partition
                            $0.errorCode = error?.code ?? .none
                            $0.errorMessage = error?.message
                        }
                    }
                }
            }
        }
    }

    private func write(_ key: SharePartitionKey, _ partition: WriteShareGroupStateRequest.Partition) -> ShareError? {
        guard shares.isEnabled() else { return ShareError(.unsupportedVersion) }
        do throws(ShareError) {
            try shares.coordinator.write(
                key,
                ShareStateWrite(
                    stateEpoch: partition.stateEpoch, leaderEpoch: partition.leaderEpoch,
                    startOffset: partition.startOffset, deliveryCompleteCount: partition.deliveryCompleteCount,
                    batches: partition.stateBatches.map {
                        ShareStateBatch($0.firstOffset, $0.lastOffset, rawState: $0.deliveryState, $0.deliveryCount)
                    }))
            return nil
        } catch { return error }
    }
}
