// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

struct AlterClientQuotasHandler: AsyncRequestHandler {
    typealias Request = AlterClientQuotasRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> AlterClientQuotasResponse {
        let entries = await controller.alterClientQuotas(request.entries, validateOnly: request.validateOnly)
        return AlterClientQuotasResponse { $0.entries = entries }
    }
}
