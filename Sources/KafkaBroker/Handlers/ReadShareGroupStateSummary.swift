// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Tells where share partitions begin (KIP-932).
///
/// CLUSTER_ACTION.
struct ReadShareGroupStateSummaryHandler: AsyncRequestHandler {
    typealias Request = ReadShareGroupStateSummaryRequest

    let shares: SharePartitions

    func handle(
        _ request: ReadShareGroupStateSummaryRequest, _ context: RequestContext
    ) async -> ReadShareGroupStateSummaryResponse {
        let mayAct = context.authorizeCluster(.clusterAction)
        var response = ReadShareGroupStateSummaryResponse()
        for topic in request.topics {
            var result = ReadShareGroupStateSummaryResponse.Result { $0.topicID = topic.topicID }
            for partition in topic.partitions {
                let key = SharePartitionKey(request.groupID, topic.topicID, partition.partition)
                result.partitions.append(mayAct ? await read(key) : .refused(key))
            }
            response.results.append(result)
        }
        return response
    }

    private func read(_ key: SharePartitionKey) async -> ReadShareGroupStateSummaryResponse.PartitionResult {
        var result = ReadShareGroupStateSummaryResponse.PartitionResult { $0.partition = key.partition }
        do throws(ShareError) {
            guard shares.isEnabled() else { throw ShareError(.unsupportedVersion) }
            let state = try await shares.coordinator.summary(key)
            result.startOffset = state?.startOffset ?? -1
            result.stateEpoch = state?.stateEpoch ?? 0
            result.leaderEpoch = state?.leaderEpoch ?? 0
            result.deliveryCompleteCount = state?.deliveryCompleteCount ?? -1
        } catch {
            result.errorCode = error.code
            result.errorMessage = error.message
        }
        return result
    }
}

extension ReadShareGroupStateSummaryResponse.PartitionResult {
    fileprivate static func refused(_ key: SharePartitionKey) -> Self {
        .init {
            $0.partition = key.partition
            ($0.errorCode, $0.errorMessage) = (ShareError.clusterRefused.code, ShareError.clusterRefused.message)
        }
    }
}
