// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// ALTER on the topic.
struct CreatePartitionsHandler: AsyncRequestHandler {
    typealias Request = CreatePartitionsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: CreatePartitionsRequest, _ context: RequestContext) async -> CreatePartitionsResponse {
        let refused = context.refused(.alter, .topic, request.topics.map(\.name))
        let quota = context.mutationQuota(strictSince: 3)
        var results = await controller.createPartitions(
            request.topics.filter { !refused.contains($0.name) }, validateOnly: request.validateOnly, quota: quota)
        results += refused.sorted().map { name in
            .init { ($0.name, $0.errorCode, $0.errorMessage) = (name, .topicAuthorizationFailed, nil) }
        }
        return CreatePartitionsResponse { [results] in
            $0.results = results
            $0.throttleTimeMs = quota.throttleTimeMs
        }
    }
}
