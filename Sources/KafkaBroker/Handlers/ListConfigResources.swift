// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

// Version 0 lists the subscriptions of client metrics; 1 any kind of resource (KIP-1142).
//
// DESCRIBE_CONFIGS on the cluster.
struct ListConfigResourcesHandler: RequestHandler {
    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(
        _ request: ListConfigResourcesRequest, _ context: RequestContext, _ reply: Reply<ListConfigResourcesResponse>
    ) {
        guard context.authorizeCluster(.describeConfigs) else {
            return reply(ListConfigResourcesResponse { $0.errorCode = .clusterAuthorizationFailed })
        }
        let supported: [ConfigResource.Kind] =
            context.apiVersion == 0
            ? [.clientMetrics] : [.topic, .broker, .brokerLogger, .clientMetrics, .group]
        let asked = request.resourceTypes.map { ConfigResource.Kind(rawValue: $0) }
        guard asked.allSatisfy(supported.contains) else {
            return reply(ListConfigResourcesResponse { $0.errorCode = .unsupportedVersion })
        }
        let image = controller.store.image
        let kinds = asked.isEmpty ? supported : supported.filter(asked.contains)
        reply(
            ListConfigResourcesResponse {
                $0.configResources = kinds.flatMap { kind in
                    names(kind, image).map { name in
                        .init {
                            $0.resourceType = kind.rawValue
                            $0.resourceName = name
                        }
                    }
                }
            })
    }

    private func names(_ kind: ConfigResource.Kind, _ image: MetadataImage) -> [String] {
        switch kind {
        case .topic: image.sortedTopics.map(\.name)
        case .broker, .brokerLogger: image.brokers.keys.sorted().map { String($0) }
        default: image.configurations.keys.filter { $0.kind == kind }.map(\.name).sorted()
        }
    }
}
