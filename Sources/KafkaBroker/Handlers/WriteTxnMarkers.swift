// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Ends transactions in partitions, whatever their coordinator knows of them: for tools that repair (KIP-664).
///
/// ALTER on the cluster, or CLUSTER_ACTION.
struct WriteTxnMarkersHandler: AsyncRequestHandler {
    typealias Request = WriteTxnMarkersRequest

    let partitions: any TransactionPartitions
    let groups: any TransactionGroups

    func handle(_ request: WriteTxnMarkersRequest, _ context: RequestContext) async -> WriteTxnMarkersResponse {
        let mayWrite = context.authorizeCluster(.alter, audit: .allowed) || context.authorizeCluster(.clusterAction)
        var response = WriteTxnMarkersResponse()
        for marker in request.markers {
            var result = WriteTxnMarkersResponse.WritableTxnMarkerResult()
            result.producerID = marker.producerID
            for topic in marker.topics {
                var answered = WriteTxnMarkersResponse.WritableTxnMarkerTopicResult()
                answered.name = topic.name
                for index in topic.partitionIndexes {
                    let error =
                        mayWrite
                        ? await write(marker, to: TopicPartition(topic.name, index)) : .clusterAuthorizationFailed
                    answered.partitions.append(
                        .init {
                            $0.partitionIndex = index
                            $0.errorCode = error
                        })
                }
                result.topics.append(answered)
            }
            response.markers.append(result)
        }
        return response
    }

    private func write(
        _ marker: WriteTxnMarkersRequest.WritableTxnMarker, to partition: TopicPartition
    ) async -> ErrorCode {
        let content = EndTransactionMarker(
            isCommit: marker.transactionResult, coordinatorEpoch: marker.coordinatorEpoch)
        do throws(LogError) {
            let exists = try partitions.append(
                content, of: ProducerIdentity(id: marker.producerID, epoch: marker.producerEpoch), to: partition,
                now: WallClock.milliseconds())
            guard exists else { return .unknownTopicOrPartition }
        } catch {
            return error.code
        }
        if partition.topic == TopicName.offsets {
            await groups.transactionEnded(
                producerID: marker.producerID, partition: partition.partition, commit: marker.transactionResult)
        }
        return .none
    }
}
