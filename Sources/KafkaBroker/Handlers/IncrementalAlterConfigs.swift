// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

struct IncrementalAlterConfigsHandler: AsyncRequestHandler {
    typealias Request = IncrementalAlterConfigsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> IncrementalAlterConfigsResponse {
        let resources = request.resources.map { item in
            (
                resource: ConfigResource(.init(rawValue: item.resourceType), item.resourceName),
                changes: item.configs.map {
                    ConfigChange(name: $0.name, operation: $0.configOperation, value: $0.value)
                }
            )
        }
        let errors = await controller.incrementalAlterConfigs(resources, validateOnly: request.validateOnly)
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
