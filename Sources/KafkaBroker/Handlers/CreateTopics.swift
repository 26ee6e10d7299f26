// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 4 lets -1 ask for the default number of partitions and replicas (KIP-464), 5 answers with the topic's
// configurations (KIP-525), 7 with its id.
//
// CREATE on the cluster or the topic, else TOPIC_AUTHORIZATION_FAILED; who has no DESCRIBE_CONFIGS on the topic is told
// neither its configurations nor its size.
struct CreateTopicsHandler: AsyncRequestHandler {
    typealias Request = CreateTopicsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: CreateTopicsRequest, _ context: RequestContext) async -> CreateTopicsResponse {
        let mayCreateAll = context.authorizeCluster(.create, audit: .allowed)
        let refused = mayCreateAll ? [] : context.refused(.create, .topic, request.topics.lazy.map(\.name).distinct())
        let quota = context.mutationQuota(strictSince: 6)
        var topics = await controller.createTopics(
            refused.isEmpty ? request.topics : request.topics.filter { !refused.contains($0.name) },
            validateOnly: request.validateOnly, quota: quota)
        for index in topics.indices where topics[index].errorCode == .none {
            guard !context.authorize(.describeConfigs, .topic, topics[index].name, audit: .allowed) else { continue }
            topics[index].topicConfigErrorCode = .topicAuthorizationFailed
            (topics[index].numPartitions, topics[index].replicationFactor, topics[index].configs) = (-1, -1, [])
        }
        topics += refused.sorted().map {
            .failure($0, MetadataError(.topicAuthorizationFailed, "Authorization failed."))
        }
        return CreateTopicsResponse { [topics] in
            $0.topics = topics
            $0.throttleTimeMs = quota.throttleTimeMs
        }
    }
}
