// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 1 adds times, 2 directories, nodes and messages (KIP-853).
//
// DESCRIBE on the cluster.
struct DescribeQuorumHandler: AsyncRequestHandler {
    typealias Request = DescribeQuorumRequest

    private let controller: Controller
    private let endpoints: BrokerEndpoints
    /// Where there are several.
    private let node: NodeView?

    init(controller: Controller, endpoints: BrokerEndpoints, node: NodeView? = nil) {
        self.node = node
        self.controller = controller
        self.endpoints = endpoints
    }

    func handle(_ request: Request, _ context: RequestContext) async -> DescribeQuorumResponse {
        guard context.authorizeCluster(.describe) else {
            return DescribeQuorumResponse {
                $0.errorCode = .clusterAuthorizationFailed
                $0.errorMessage = MetadataError.clusterRefused.answer
            }
        }
        let (leader, voters) = (controller.store.controllerID, controller.store.nodeIDs)
        let status = await controller.quorumStatus
        let isMetadata =
            request.topics.count == 1 && request.topics[0].topicName == TopicName.metadata
            && request.topics[0].partitions.map(\.partitionIndex) == [0]
        return DescribeQuorumResponse {
            $0.topics = request.topics.map { topic in
                .init {
                    $0.topicName = topic.topicName
                    $0.partitions = topic.partitions.map { partition in
                        isMetadata
                            ? describe(partition.partitionIndex, leader, voters, status)
                            : .init {
                                $0.partitionIndex = partition.partitionIndex
                                $0.errorCode = .unknownTopicOrPartition
                            }
                    }
                }
            }
            if isMetadata, context.apiVersion >= 2 { $0.nodes = voters.map { describe($0, context) } }
        }
    }

    private func describe(
        _ index: Int32, _ leader: Int32, _ voters: ClosedRange<Int32>, _ status: QuorumStatus
    ) -> DescribeQuorumResponse.PartitionData {
        .init {
            $0.partitionIndex = index
            $0.leaderID = leader
            $0.leaderEpoch = status.leaderEpoch
            $0.highWatermark = status.highWatermark
            $0.currentVoters = voters.map { id in
                .init {
                    $0.replicaID = id
                    $0.replicaDirectoryID = status.directoryID
                    $0.logEndOffset = status.highWatermark
                    $0.lastFetchTimestamp = status.now
                    $0.lastCaughtUpTimestamp = status.now
                }
            }
        }
    }

    /// The controller is reached where the broker is.
    private func describe(_ nodeID: Int32, _ context: RequestContext) -> DescribeQuorumResponse.Node {
        .init {
            $0.nodeID = nodeID
            let endpoint =
                node.map { $0.endpoint(of: nodeID, context.connection) } ?? context.connection.endpoint(in: endpoints)
            guard let endpoint else { return }
            $0.listeners = [
                .init {
                    $0.name = context.connection.listenerName
                    $0.host = endpoint.host
                    $0.port = UInt16(clamping: endpoint.port)
                }
            ]
        }
    }
}
