// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// ALTER_CONFIGS on topic or group, else on the cluster; each resource for itself.
struct IncrementalAlterConfigsHandler: AsyncRequestHandler {
    typealias Request = IncrementalAlterConfigsRequest

    private let controller: Controller
    private let loggers: LoggerLevels

    /// - Parameter nodeID: of the node that is asked, where there are several.
    init(controller: Controller, loggers: BrokerLoggers, nodeID: Int32? = nil) {
        self.controller = controller
        self.loggers = LoggerLevels(loggers: loggers, nodeID: nodeID ?? controller.store.nodeID)
    }

    func handle(_ request: Request, _ context: RequestContext) async -> IncrementalAlterConfigsResponse {
        let resources = request.resources.map { item in
            (
                resource: ConfigResource(.init(rawValue: item.resourceType), item.resourceName),
                changes: item.configs.map {
                    ConfigChange(name: $0.name, operation: $0.configOperation, value: $0.value)
                }
            )
        }
        let refusals = resources.map { context.refusal(.alterConfigs, $0.resource) }
        // The levels of loggers are no metadata.
        let others = zip(resources, refusals).filter { $1 == nil && $0.resource.kind != .brokerLogger }.map(\.0)
        var answers = await controller.incrementalAlterConfigs(others, validateOnly: request.validateOnly)[...]
        let errors = zip(resources, refusals).map { (item, refusal) -> MetadataError? in
            if let refusal { return refusal }
            guard item.resource.kind == .brokerLogger else { return answers.removeFirst() }
            return loggers.alter(item.resource.name, item.changes, validateOnly: request.validateOnly)
        }
        return IncrementalAlterConfigsResponse {
            $0.responses = zip(request.resources, errors).map { item, error in
                IncrementalAlterConfigsResponse.AlterConfigsResourceResponse {
                    $0.resourceType = item.resourceType
                    $0.resourceName = item.resourceName
                    $0.errorCode = error?.code ?? .none
                    $0.errorMessage = error?.message
                }
            }
        }
    }
}
