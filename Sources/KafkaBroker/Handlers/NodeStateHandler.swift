// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Stops and starts nodes for whoever sets `node.state` of a broker to `stopped` or `running`, which is an order and no
/// configuration that is kept; all else is the next handler's. The node that is asked should be another one: it can't
/// answer once it is stopped.
///
/// ALTER_CONFIGS on the cluster.
struct NodeStateHandler: AsyncRequestHandler {
    typealias Request = IncrementalAlterConfigsRequest

    static let property = "node.state"

    let next: IncrementalAlterConfigsHandler
    let nodes: NodeSwitch

    func handle(_ request: Request, _ context: RequestContext) async -> IncrementalAlterConfigsResponse {
        var rest = request
        rest.resources.removeAll(where: Self.isOrder)
        let orders = request.resources.filter(Self.isOrder)
        var response = await next.handle(rest, context)
        for order in orders {
            let error = await carryOut(order, context, validateOnly: request.validateOnly)
            response.responses.append(
                .init {
                    $0.resourceType = order.resourceType
                    $0.resourceName = order.resourceName
                    $0.errorCode = error?.code ?? .none
                    $0.errorMessage = error?.message
                })
        }
        return response
    }

    private static func isOrder(_ resource: Request.AlterConfigsResource) -> Bool {
        ConfigResource(.init(rawValue: resource.resourceType), "").kind == .broker && !resource.resourceName.isEmpty
            && resource.configs.contains { $0.name == property }
    }

    private func carryOut(
        _ order: Request.AlterConfigsResource, _ context: RequestContext, validateOnly: Bool
    ) async -> MetadataError? {
        guard context.authorizeCluster(.alterConfigs) else { return .clusterRefused }
        guard let id = Int32(order.resourceName) else {
            return MetadataError(.invalidRequest, "Node id must be an integer, but it is: \(order.resourceName)")
        }
        guard order.configs.count == 1, order.configs[0].configOperation == 0 else {
            return MetadataError(.invalidRequest, "\(Self.property) is set alone.")
        }
        do throws(MetadataError) {
            switch order.configs[0].value {
            case "stopped": if !validateOnly { try await nodes.stop(id) }
            case "running": if !validateOnly { try await nodes.start(id) }
            default:
                throw MetadataError(.invalidConfig, "\(Self.property) must be stopped or running.")
            }
            return nil
        } catch {
            return error
        }
    }
}
