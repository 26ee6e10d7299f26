// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

struct CreatePartitionsHandler: AsyncRequestHandler {
    typealias Request = CreatePartitionsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: CreatePartitionsRequest, _ context: RequestContext) async -> CreatePartitionsResponse {
        let quota = context.mutationQuota(strictSince: 3)
        let results = await controller.createPartitions(
            request.topics, validateOnly: request.validateOnly, quota: quota)
        return CreatePartitionsResponse {
            $0.results = results
            $0.throttleTimeMs = quota.throttleTimeMs
        }
    }
}
