// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 5 adds messages, 6 topic ids in place of names (KIP-516).
struct DeleteTopicsHandler: AsyncRequestHandler {
    typealias Request = DeleteTopicsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: DeleteTopicsRequest, _ context: RequestContext) async -> DeleteTopicsResponse {
        let named = request.topicNames.map { name in DeleteTopicsRequest.Topic { $0.name = name } }
        let quota = context.mutationQuota(strictSince: 5)
        let answers = await controller.deleteTopics(
            named + request.topics, apiVersion: context.apiVersion, quota: quota)
        return DeleteTopicsResponse {
            $0.responses = answers
            $0.throttleTimeMs = quota.throttleTimeMs
        }
    }
}
