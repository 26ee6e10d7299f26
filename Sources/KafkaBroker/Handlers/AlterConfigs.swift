// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

struct AlterConfigsHandler: AsyncRequestHandler {
    typealias Request = AlterConfigsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> AlterConfigsResponse {
        let resources = request.resources.map { item in
            (
                resource: ConfigResource(.init(rawValue: item.resourceType), item.resourceName),
                configs: item.configs.map { (name: $0.name, value: $0.value) }
            )
        }
        let errors = await controller.alterConfigs(resources, validateOnly: request.validateOnly)
        return AlterConfigsResponse {
            $0.responses = zip(request.resources, errors).map { item, error in
                AlterConfigsResponse.ResourceResponse {
                    $0.resourceType = item.resourceType
                    $0.resourceName = item.resourceName
                    $0.errorCode = error?.code ?? .none
                    $0.errorMessage = error?.message
                }
            }
        }
    }
}
