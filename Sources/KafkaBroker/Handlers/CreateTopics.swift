// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 4 lets -1 ask for the default number of partitions and replicas (KIP-464), 5 answers with the topic's
// configurations (KIP-525), 7 with its id.
struct CreateTopicsHandler: AsyncRequestHandler {
    typealias Request = CreateTopicsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: CreateTopicsRequest, _ context: RequestContext) async -> CreateTopicsResponse {
        let topics = await controller.createTopics(request.topics, validateOnly: request.validateOnly)
        return CreateTopicsResponse { $0.topics = topics }
    }
}
