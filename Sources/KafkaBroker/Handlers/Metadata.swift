// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Logging

// Version 1 tells all topics (null) from none (empty), 4 forbids auto-creation, 7 adds leader epochs, 8 authorized
// operations, 10 topic ids, 12 asks by them (KIP-516), 13 adds an error for all (KIP-1102).
struct MetadataHandler: RequestHandler {
    private let controller: Controller
    private let endpoints: BrokerEndpoints
    private let creation: TopicCreation

    init(
        controller: Controller, endpoints: BrokerEndpoints,
        logger: Logger = Logger(label: "kafka") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.controller = controller
        self.endpoints = endpoints
        creation = TopicCreation(controller: controller, logger: logger)
    }

    /// A topic that isn't there is answered so, and created behind the answer, as Kafka does: the client asks again.
    func handle(_ request: MetadataRequest, _ context: RequestContext, _ reply: Reply<MetadataResponse>) {
        let image = controller.store.image
        reply(answer(request, context, image))
        creation.create(namesToCreate(request, image))
    }

    private func namesToCreate(_ request: MetadataRequest, _ image: MetadataImage) -> [String] {
        guard request.allowAutoTopicCreation, let topics = request.topics,
            controller.configuration.bool("auto.create.topics.enable")
        else { return [] }
        return topics.filter { $0.topicID == .zero }.compactMap(\.name)
            .filter { image.topic($0) == nil && TopicName.complaint($0) == nil && $0 != TopicName.metadata }
    }

    private func answer(
        _ request: MetadataRequest, _ context: RequestContext, _ image: MetadataImage
    ) -> MetadataResponse {
        MetadataResponse {
            $0.clusterID = controller.store.clusterID
            $0.controllerID = controller.store.nodeID
            if let endpoint = context.connection.endpoint(in: endpoints) {
                $0.brokers = [
                    MetadataResponse.Broker {
                        $0.nodeID = controller.store.nodeID
                        $0.host = endpoint.host
                        $0.port = endpoint.port
                        $0.rack = endpoints.rack
                    }
                ]
            }
            $0.topics = topics(request, context.apiVersion, image)
            if request.includeTopicAuthorizedOperations {
                // Of names that aren't there as well, but of no ids.
                for index in $0.topics.indices where $0.topics[index].errorCode != .unknownTopicID {
                    $0.topics[index].topicAuthorizedOperations = AuthorizedOperations.topic
                }
            }
            if request.includeClusterAuthorizedOperations {
                $0.clusterAuthorizedOperations = AuthorizedOperations.cluster
            }
        }
    }

    private func topics(
        _ request: MetadataRequest, _ version: Int16, _ image: MetadataImage
    ) -> [MetadataResponse.Topic] {
        let isEverything = request.topics == nil || version == 0 && request.topics!.isEmpty
        if isEverything { return image.sortedTopics.map(found) }
        return request.topics!.distinct { Asked(name: $0.name, id: $0.topicID) }.map { topic in
            if topic.topicID != .zero || topic.name == nil {
                // Before version 12 the id was answered but not asked for.
                guard version >= 12 else { return failed(topic.name ?? "", .zero, .invalidRequest) }
                if let name = topic.name, topic.topicID == .zero { return named(name, image) }
                guard let image = image.topic(id: topic.topicID) else {
                    return failed(nil, topic.topicID, .unknownTopicID)
                }
                return found(image)
            }
            return named(topic.name!, image)
        }
    }

    /// A topic as a request names it.
    private struct Asked: Hashable {
        var name: String?
        var id: KafkaUUID
    }

    private func named(_ name: String, _ image: MetadataImage) -> MetadataResponse.Topic {
        if let topic = image.topic(name) { return found(topic) }
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
                    $0.offlineReplicas = partition.replicas.filter { $0 != controller.store.nodeID }
                }
            }
        }
    }
}
