// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 1 asks for brokers or controllers (KIP-919), 2 for fenced brokers as well.
//
// Open to everybody; the operations on the cluster are told to who may describe it.
struct DescribeClusterHandler: RequestHandler {
    private let controller: Controller
    private let endpoints: BrokerEndpoints
    /// Where there are several.
    private let node: NodeView?

    init(controller: Controller, endpoints: BrokerEndpoints, node: NodeView? = nil) {
        self.node = node
        self.controller = controller
        self.endpoints = endpoints
    }

    func handle(
        _ request: DescribeClusterRequest, _ context: RequestContext, _ reply: Reply<DescribeClusterResponse>
    ) {
        let nodeID = controller.store.nodeID
        reply(
            DescribeClusterResponse {
                switch request.endpointType {
                case 1:
                    $0.clusterID = controller.store.clusterID
                    $0.controllerID = controller.store.controllerID
                    if request.includeClusterAuthorizedOperations {
                        $0.clusterAuthorizedOperations = context.clusterOperations
                    }
                    if let node {
                        let live = node.store.liveNodes
                        $0.brokers = node.store.nodeIDs.compactMap { id in
                            guard request.includeFencedBrokers || live.contains(id),
                                let endpoint = node.endpoint(of: id, context.connection)
                            else { return nil }
                            return DescribeClusterResponse.Broker {
                                $0.brokerID = id
                                $0.host = endpoint.host
                                $0.port = endpoint.port
                                $0.rack = node.endpoints[id]?.rack
                                $0.isFenced = !live.contains(id)
                            }
                        }
                    } else if let endpoint = context.connection.endpoint(in: endpoints) {
                        $0.brokers = [
                            DescribeClusterResponse.Broker {
                                $0.brokerID = nodeID
                                $0.host = endpoint.host
                                $0.port = endpoint.port
                                $0.rack = endpoints.rack
                            }
                        ]
                    }
                case 2:
                    $0.errorCode = .mismatchedEndpointType
                    $0.errorMessage =
                        "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER"
                default:
                    $0.errorCode = .unsupportedEndpointType
                    $0.errorMessage = "Unsupported endpoint type \(request.endpointType)"
                }
            })
    }
}
