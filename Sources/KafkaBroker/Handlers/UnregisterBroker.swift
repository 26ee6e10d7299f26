// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// ALTER on the cluster.
struct UnregisterBrokerHandler: AsyncRequestHandler {
    typealias Request = UnregisterBrokerRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> UnregisterBrokerResponse {
        do throws(MetadataError) {
            guard context.authorizeCluster(.alter) else { throw MetadataError.clusterRefused }
            try await controller.unregisterBroker(request.brokerID)
            return UnregisterBrokerResponse { $0.errorMessage = nil }
        } catch {
            return UnregisterBrokerResponse {
                $0.errorCode = error.code
                $0.errorMessage = error.answer
            }
        }
    }
}
