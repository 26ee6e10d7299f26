// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Logging

// Version 1 tells all topics (null) from none (empty), 4 forbids auto-creation, 7 adds leader epochs, 8 authorized
// operations, 10 topic ids, 12 asks by them (KIP-516), 13 adds an error for all (KIP-1102).
//
// DESCRIBE on the topic: of all topics, the others are left out; asked for by name, one is refused whether it exists or
// not. Auto-creation: CREATE on the cluster or the topic.
struct MetadataHandler: RequestHandler {
    private let controller: Controller
    private let endpoints: BrokerEndpoints
    private let creation: TopicCreation
    /// Where there are several.
    private let node: NodeView?

    init(
        controller: Controller, endpoints: BrokerEndpoints,
        logger: Logger = Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() },
        node: NodeView? = nil
    ) {
        self.node = node
        self.controller = controller
        self.endpoints = endpoints
        creation = TopicCreation(controller: controller, logger: logger)
    }

    /// A topic that isn't there is answered so, and created behind the answer, as Kafka does: the client asks again.
    func handle(_ request: MetadataRequest, _ context: RequestContext, _ reply: Reply<MetadataResponse>) {
        let answer = answer(request, context, controller.store.image)
        reply(answer)
        guard mayCreate(request) else { return }
        // Who may not create them was told so.
        let names = answer.topics.filter { $0.errorCode == .unknownTopicOrPartition }.compactMap(\.name)
            .filter { $0 != TopicName.metadata }
        if !names.isEmpty { creation.create(names, for: context.client, quota: context.mutationQuota(strictSince: 0)) }
    }

    private func mayCreate(_ request: MetadataRequest) -> Bool {
        request.allowAutoTopicCreation && controller.configuration.bool("auto.create.topics.enable")
    }

    private func answer(
        _ request: MetadataRequest, _ context: RequestContext, _ image: MetadataImage
    ) -> MetadataResponse {
        MetadataResponse {
            $0.clusterID = controller.store.clusterID
            $0.controllerID = controller.store.controllerID
            if let node {
                $0.brokers = node.store.liveNodes.compactMap { id in
                    guard let endpoint = node.endpoint(of: id, context.connection) else { return nil }
                    return MetadataResponse.Broker {
                        $0.nodeID = id
                        $0.host = endpoint.host
                        $0.port = endpoint.port
                        $0.rack = node.endpoints[id]?.rack
                    }
                }
            } else if let endpoint = context.connection.endpoint(in: endpoints) {
                $0.brokers = [
                    MetadataResponse.Broker {
                        $0.nodeID = controller.store.nodeID
                        $0.host = endpoint.host
                        $0.port = endpoint.port
                        $0.rack = endpoints.rack
                    }
                ]
            }
            $0.topics = topics(request, context, image)
            if request.includeTopicAuthorizedOperations {
                // Of names that aren't there as well, but of no ids.
                for index in $0.topics.indices {
                    let topic = $0.topics[index]
                    guard let name = topic.name, topic.errorCode != .topicAuthorizationFailed else { continue }
                    $0.topics[index].topicAuthorizedOperations = context.authorizedOperations(.topic, name)
                }
            }
            if request.includeClusterAuthorizedOperations {
                $0.clusterAuthorizedOperations = context.clusterOperations
            }
        }
    }

    private func topics(
        _ request: MetadataRequest, _ context: RequestContext, _ image: MetadataImage
    ) -> [MetadataResponse.Topic] {
        let version = context.apiVersion
        let isEverything = request.topics == nil || version == 0 && request.topics!.isEmpty
        if isEverything {
            return image.sortedTopics.compactMap {
                context.authorize(.describe, .topic, $0.name, audit: .allowed) ? found($0) : nil
            }
        }
        return request.topics!.distinct { Asked(name: $0.name, id: $0.topicID) }.map { topic in
            if topic.topicID != .zero || topic.name == nil {
                // Before version 12 the id was answered but not asked for.
                guard version >= 12 else { return failed(topic.name ?? "", .zero, .invalidRequest) }
                if let name = topic.name, topic.topicID == .zero { return named(name, request, context, image) }
                guard let image = image.topic(id: topic.topicID) else {
                    return failed(nil, topic.topicID, .unknownTopicID)
                }
                guard context.authorize(.describe, .topic, image.name) else {
                    return failed(nil, topic.topicID, .topicAuthorizationFailed)
                }
                return found(image)
            }
            return named(topic.name!, request, context, image)
        }
    }

    /// A topic as a request names it.
    private struct Asked: Hashable {
        var name: String?
        var id: KafkaUUID
    }

    private func named(
        _ name: String, _ request: MetadataRequest, _ context: RequestContext, _ image: MetadataImage
    ) -> MetadataResponse.Topic {
        guard context.authorize(.describe, .topic, name) else {
            // Nor what its name says of it.
            return MetadataResponse.Topic { ($0.name, $0.errorCode) = (name, .topicAuthorizationFailed) }
        }
        if let topic = image.topic(name) { return found(topic) }
        if mayCreate(request), !context.mayCreate(name) { return failed(name, .zero, .topicAuthorizationFailed) }
        if TopicName.complaint(name) != nil { return failed(name, .zero, .invalidTopicException) }
        return failed(name, .zero, .unknownTopicOrPartition)
    }

    private func failed(_ name: String?, _ id: KafkaUUID, _ code: ErrorCode) -> MetadataResponse.Topic {
        MetadataResponse.Topic {
            $0.errorCode = code
            $0.name = name
            $0.topicID = id
            $0.isInternal = name.map(TopicName.isInternal) ?? false
        }
    }

    private func found(_ topic: TopicImage) -> MetadataResponse.Topic {
        MetadataResponse.Topic {
            $0.name = topic.name
            $0.topicID = topic.id
            $0.isInternal = topic.isInternal
            $0.partitions = topic.partitions.enumerated().map { index, partition in
                MetadataResponse.Partition {
                    $0.errorCode = partition.leader < 0 ? .leaderNotAvailable : .none
                    $0.partitionIndex = Int32(index)
                    $0.leaderID = partition.leader
                    $0.leaderEpoch = partition.leaderEpoch
                    $0.replicaNodes = partition.replicas
                    $0.isrNodes = partition.isr
                    $0.offlineReplicas = partition.replicas.filter(controller.store.isOffline)
                }
            }
        }
    }
}
