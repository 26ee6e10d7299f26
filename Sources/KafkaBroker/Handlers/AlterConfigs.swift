// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// ALTER_CONFIGS on topic or group, else on the cluster; each resource for itself.
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
        let refusals = resources.map { context.refusal(.alterConfigs, $0.resource) }
        var answers = await controller.alterConfigs(
            zip(resources, refusals).filter { $1 == nil }.map(\.0), validateOnly: request.validateOnly)[...]
        let errors = refusals.map { $0 ?? answers.removeFirst() }
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
