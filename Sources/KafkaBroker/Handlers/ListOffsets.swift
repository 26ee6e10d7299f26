// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Finds offsets by timestamp, and the ends of partitions.
///
/// DESCRIBE on the topic.
struct ListOffsetsHandler: RequestHandler {
    let partitions: PartitionRegistry
    let background: BackgroundQueue
    /// Where there are several.
    var node: NodeView?

    /// Timestamps below zero that ask for a place rather than a time.
    private enum Place {
        static let latest: Int64 = -1
        static let earliest: Int64 = -2
        static let maxTimestamp: Int64 = -3
        /// Without tiered storage the same as the earliest (KIP-405).
        static let earliestLocal: Int64 = -4
        /// There is no tiered storage to have a last offset (KIP-1005).
        static let latestTiered: Int64 = -5
        static let earliestPendingUpload: Int64 = -6
    }

    func handle(_ request: ListOffsetsRequest, _ context: RequestContext, _ reply: Reply<ListOffsetsResponse>) {
        // Finding a time reads indexes and a piece of the log; the ends are known.
        let searches = request.topics.contains { $0.partitions.contains { $0.timestamp >= 0 || $0.timestamp == -3 } }
        if searches {
            background.run { reply(answer(request, context)) }
        } else {
            reply(answer(request, context))
        }
    }

    private func answer(_ request: ListOffsetsRequest, _ context: RequestContext) -> ListOffsetsResponse {
        let isolation: Isolation = request.isolationLevel == 1 ? .readCommitted : .readUncommitted
        let refused = context.refused(.describe, .topic, request.topics.map(\.name))
        return ListOffsetsResponse { response in
            response.topics = request.topics.map { topic in
                let open = partitions.topic(topic.name)
                var seen: Set<Int32> = []
                return .init {
                    $0.name = topic.name
                    $0.partitions = topic.partitions.map { wanted in
                        guard !refused.contains(topic.name) else {
                            return .failed(wanted.partitionIndex, .topicAuthorizationFailed)
                        }
                        guard seen.insert(wanted.partitionIndex).inserted else {
                            return .failed(wanted.partitionIndex, .invalidRequest)
                        }
                        return find(wanted, open?.partitions[wanted.partitionIndex], isolation, context.apiVersion)
                    }
                }
            }
        }
    }

    private func find(
        _ wanted: ListOffsetsRequest.Partition, _ partition: Partition?, _ isolation: Isolation, _ version: Int16
    ) -> ListOffsetsResponse.Partition {
        guard let partition else { return .failed(wanted.partitionIndex, .unknownTopicOrPartition) }
        if let node, !node.leads(partition) { return .failed(wanted.partitionIndex, .notLeaderOrFollower) }
        let epochError = partition.checkLeaderEpoch(wanted.currentLeaderEpoch)
        guard epochError == .none else { return .failed(wanted.partitionIndex, epochError) }
        let spec: OffsetSpec
        switch wanted.timestamp {
        case Place.latest: spec = .latest
        case Place.earliest: spec = .earliest
        case Place.earliestLocal where version >= 8: spec = .earliest
        case Place.maxTimestamp where version >= 7: spec = .maxTimestamp
        case Place.latestTiered where version >= 9: return .init { $0.partitionIndex = wanted.partitionIndex }
        case Place.earliestPendingUpload where version >= 11:
            return .init { $0.partitionIndex = wanted.partitionIndex }
        case 0...: spec = .timestamp(wanted.timestamp)
        default: return .failed(wanted.partitionIndex, .unsupportedVersion)
        }
        do throws(LogError) {
            let found = try partition.log.offset(for: spec, isolation: isolation)
            return .init {
                $0.partitionIndex = wanted.partitionIndex
                guard let found else { return }
                $0.timestamp = found.timestamp
                $0.offset = found.offset
                $0.leaderEpoch = found.leaderEpoch ?? partition.leaderEpoch
            }
        } catch {
            return .failed(wanted.partitionIndex, error.code)
        }
    }
}

extension ListOffsetsResponse.Partition {
    fileprivate static func failed(_ index: Int32, _ error: ErrorCode) -> Self {
        .init {
            $0.partitionIndex = index
            $0.errorCode = error
        }
    }
}
