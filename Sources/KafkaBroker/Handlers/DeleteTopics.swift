// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 5 adds messages, 6 topic ids in place of names (KIP-516).
//
// DELETE on the cluster or the topic. Who may not describe it either isn't told whether there is one of the name, nor the
// name that an id stands for, not even by the order of the answers.
struct DeleteTopicsHandler: AsyncRequestHandler {
    typealias Request = DeleteTopicsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: DeleteTopicsRequest, _ context: RequestContext) async -> DeleteTopicsResponse {
        let named = request.topicNames.map { name in DeleteTopicsRequest.Topic { $0.name = name } }
        let topics = named + request.topics
        let quota = context.mutationQuota(strictSince: 5)
        let mayDeleteAll = context.authorizeCluster(.delete, audit: .allowed)
        let answers = await controller.deleteTopics(topics, apiVersion: context.apiVersion, quota: quota) {
            mayDeleteAll || context.authorize($0, .topic, $1)
        }
        return DeleteTopicsResponse {
            $0.responses = mayDeleteAll ? answers : answers.shuffled()
            $0.throttleTimeMs = quota.throttleTimeMs
        }
    }
}
