// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 1 asks for brokers or controllers (KIP-919), 2 for fenced brokers as well.
struct DescribeClusterHandler: RequestHandler {
    private let controller: Controller
    private let endpoints: BrokerEndpoints

    init(controller: Controller, endpoints: BrokerEndpoints) {
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
                    $0.controllerID = nodeID
                    if request.includeClusterAuthorizedOperations {
                        $0.clusterAuthorizedOperations = AuthorizedOperations.cluster
                    }
                    if let endpoint = context.connection.endpoint(in: endpoints) {
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

/// The operations that a client may do where nobody forbids anything, as bits by their numbers.
enum AuthorizedOperations {
    /// Create, alter, describe, cluster action, describe and alter configurations, idempotent write.
    static let cluster: Int32 = bits(5, 7, 8, 9, 10, 11, 12)
    /// Read, write, create, delete, alter, describe, describe and alter configurations.
    static let topic: Int32 = bits(3, 4, 5, 6, 7, 8, 10, 11)
    /// Read, delete, describe, describe and alter configurations.
    static let group: Int32 = bits(3, 6, 8, 10, 11)

    private static func bits(_ operations: Int32...) -> Int32 { operations.reduce(0) { $0 | 1 << $1 } }
}
