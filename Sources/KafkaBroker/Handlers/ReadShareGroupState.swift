// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Tells what the share coordinator keeps of share partitions (KIP-932).
///
/// CLUSTER_ACTION.
struct ReadShareGroupStateHandler: AsyncRequestHandler {
    typealias Request = ReadShareGroupStateRequest

    let shares: SharePartitions

    func handle(
        _ request: ReadShareGroupStateRequest, _ context: RequestContext
    ) async -> ReadShareGroupStateResponse {
        let mayAct = context.authorizeCluster(.clusterAction)
        await shares.coordinator.loaded()
        return ReadShareGroupStateResponse {
            $0.results = request.topics.map { topic in
                .init {
                    $0.topicID = topic.topicID
                    $0.partitions = topic.partitions.map { read(request.groupID, topic.topicID, $0, mayAct: mayAct) }
                }
            }
        }
    }

    private func read(
        _ groupID: String, _ topicID: KafkaUUID, _ partition: ReadShareGroupStateRequest.Partition, mayAct: Bool
    ) -> ReadShareGroupStateResponse.PartitionResult {
        var result = ReadShareGroupStateResponse.PartitionResult { $0.partition = partition.partition }
        do throws(ShareError) {
            guard mayAct else { throw ShareError.clusterRefused }
            guard shares.isEnabled() else { throw ShareError(.unsupportedVersion) }
            let state = try shares.coordinator.read(
                SharePartitionKey(groupID, topicID, partition.partition), leaderEpoch: partition.leaderEpoch)
            result.stateEpoch = state.stateEpoch
            result.startOffset = state.startOffset
            result.stateBatches = state.batches.map { batch in
                .init {
                    ($0.firstOffset, $0.lastOffset) = (batch.first, batch.last)
                    ($0.deliveryState, $0.deliveryCount) = (batch.state, batch.deliveryCount)
                }
            }
        } catch {
            result.errorCode = error.code
            result.errorMessage = error.message
        }
        return result
    }
}
