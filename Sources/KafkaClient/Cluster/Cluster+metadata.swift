// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

struct CachedTopic: Sendable {
    var metadata: TopicMetadata
    var fetchedAt: ContinuousClock.Instant
}

extension Cluster {
    /// Sorted by id.
    public func brokers() async throws(ClientError) -> [Broker] {
        try await refreshBrokers(deadline: ContinuousClock.now + configuration.defaultAPITimeout)
        return nodes.values.sorted { $0.id < $1.id }
    }

    /// The id of the broker that passes requests on to the controller, or of the active controller; -1 if there is
    /// none.
    public func controllerID() async throws(ClientError) -> Int32 {
        try await refreshBrokers(deadline: ContinuousClock.now + configuration.defaultAPITimeout)
        return controller ?? -1
    }

    /// The cluster's id; from memory once it is known, nil from brokers before Kafka 0.10.1.
    public func clusterID() async throws(ClientError) -> String? {
        if id == nil { try await refreshBrokers(deadline: ContinuousClock.now + configuration.defaultAPITimeout) }
        return id
    }

    /// Topics as a broker describes them now; nil asks for all. Sorted by name; one that can't be described carries
    /// the `error`.
    public func describeTopics(
        _ names: [String]?, allowAutoCreation: Bool = false, includeAuthorizedOperations: Bool = false
    ) async throws(ClientError) -> [TopicMetadata] {
        let request = MetadataRequest {
            $0.topics = names?.map { name in MetadataRequest.Topic { $0.name = name } }
            $0.allowAutoTopicCreation = allowAutoCreation
            $0.includeTopicAuthorizedOperations = includeAuthorizedOperations
        }
        return try await fetchMetadata(request)
    }

    /// As `describeTopics`, by id.
    public func describeTopics(
        ids: [KafkaUUID], timeout: Duration? = nil
    ) async throws(ClientError) -> [TopicMetadata] {
        let request = MetadataRequest {
            $0.topics = ids.map { id in
                MetadataRequest.Topic {
                    $0.topicID = id
                    $0.name = nil
                }
            }
            $0.allowAutoTopicCreation = false
        }
        return try await fetchMetadata(request, timeout: timeout)
    }

    /// A topic, from memory if it was described less than `metadata.max.age.ms` ago.
    /// - Throws: the broker's error for a topic that it does not have; at once unless it may be created.
    public func topic(
        _ name: String, allowAutoCreation: Bool = false, timeout: Duration? = nil
    ) async throws(ClientError) -> TopicMetadata {
        if let cached = topics[name], cached.fetchedAt + configuration.metadataMaxAge > .now,
            cached.metadata.error == .none
        {
            return cached.metadata
        }
        let start = ContinuousClock.now
        let deadline = start + (timeout ?? configuration.defaultAPITimeout)
        var backoff = retryBackoff
        while true {
            let found = try await describeTopics([name], allowAutoCreation: allowAutoCreation)
            guard let topic = found.first else {
                throw ClientError(.invalidResponse, "the broker's metadata lacks the topic \(name) that was asked for")
            }
            if topic.error == .none {
                troubles?.accepted("topic \(name)")
                return topic
            }
            // A broker that creates the topic on this request may not know it at once, but soon.
            let mayAppear =
                topic.error == .leaderNotAvailable
                || topic.error == .unknownTopicOrPartition && allowAutoCreation
                    && start.duration(to: .now) < .seconds(5)
            let wait = backoff.next()
            guard mayAppear, wait < deadline.remaining else {
                troubles?.forget("topic \(name)")
                throw Self.failure(topic)
            }
            troubles?.refused("topic \(name)", topic.error.whileWaiting, cause: "topic \(name)")
            try await delay(wait, until: deadline, "looking for topic \(name)")
        }
    }

    static func failure(_ topic: TopicMetadata) -> ClientError {
        if topic.error == .unknownTopicOrPartition {
            return ClientError(.broker(topic.error), "topic \(topic.name) does not exist")
        }
        return ClientError(topic.error, "topic \(topic.name)")
    }

    /// The leader of a partition as far as is known.
    func leader(of partition: TopicPartition) -> PartitionMetadata? {
        topics[partition.topic]?.metadata.partition(partition.partition)
    }

    /// Asks for topics again after an answer showed that the knowledge of them is old.
    func refresh(_ names: some Collection<String>, allowAutoCreation: Bool = false) async throws(ClientError) {
        let found = try await describeTopics(Array(names), allowAutoCreation: allowAutoCreation)
        guard let troubles else { return }
        for topic in found {
            for partition in topic.partitions {
                let name = "the leader of \(TopicPartition(topic.name, partition.partition))"
                if partition.leader != nil {
                    troubles.accepted(name)
                } else {
                    troubles.refused(
                        name, ErrorCode.leaderNotAvailable.whileWaiting, cause: "leaders of topic \(topic.name)")
                }
            }
        }
    }

    /// The names of topics that are known by their ids.
    func topicNames(_ ids: [KafkaUUID]) -> [KafkaUUID: String] {
        let wanted = Set(ids)
        return Dictionary(
            topics.values.filter { wanted.contains($0.metadata.topicID) }
                .map { ($0.metadata.topicID, $0.metadata.name) }, uniquingKeysWith: { first, _ in first })
    }

    func forget(_ name: String) { topics[name] = nil }

    // MARK: Asking

    func refreshBrokers(deadline: ContinuousClock.Instant) async throws(ClientError) {
        if configuration.usesControllers { return try await refreshControllers(deadline: deadline) }
        _ = try await fetchMetadata(
            MetadataRequest {
                $0.topics = []
                $0.allowAutoTopicCreation = false
            }, timeout: deadline.remaining)
    }

    private func fetchMetadata(
        _ request: MetadataRequest, timeout: Duration? = nil
    ) async throws(ClientError) -> [TopicMetadata] {
        let response = try await send(request, timeout: timeout)
        if response.errorCode != .none { throw ClientError(response.errorCode, "Metadata") }
        take(response)
        // Each once: who asks takes names and ids for keys.
        var seen: Set<TopicKey> = []
        return response.topics.map(TopicMetadata.init).sorted { $0.name < $1.name }
            .filter { seen.insert(TopicKey(name: $0.name, id: $0.name.isEmpty ? $0.topicID : .zero)).inserted }
    }

    private struct TopicKey: Hashable {
        var name: String
        var id: KafkaUUID
    }

    /// Whether the cluster still lists a broker, as far as it can be asked.
    func stillHas(_ id: Int32, deadline: ContinuousClock.Instant) async -> Bool {
        do throws(ClientError) { try await refreshBrokers(deadline: deadline) } catch { return true }
        return nodes[id] != nil
    }

    /// Controllers don't answer Metadata, but tell of one another (KIP-919).
    private func refreshControllers(deadline: ContinuousClock.Instant) async throws(ClientError) {
        let response = try await retrying(until: deadline, retryBackoff, "the controllers", troubles: troubles) {
            () throws(ClientError) -> DescribeClusterResponse in
            let connection = try await anyConnection(deadline: deadline)
            let response = try await explainingEnd(of: connection) { () throws(ClientError) in
                try await connection.send(
                    DescribeClusterRequest { $0.endpointType = 2 },
                    versions: 1...DescribeClusterRequest.versions.upperBound,
                    timeout: answerTimeout(deadline))
            }
            if response.errorCode == .mismatchedEndpointType {
                throw ClientError(
                    .broker(response.errorCode),
                    "\(connection.address) is a broker, not a controller; brokers are asked with --bootstrap-server")
            }
            guard response.errorCode == .none else {
                throw ClientError(response.errorCode, "\(connection.address)", response.errorMessage)
            }
            return response
        }
        take(
            response.brokers.map { node in
                Broker(
                    id: node.brokerID, address: BrokerAddress(host: node.host, port: Int(node.port)), rack: node.rack)
            }, controller: response.controllerID, clusterID: response.clusterID)
    }

    private func take(_ brokers: [Broker], controller: Int32, clusterID: String?) {
        // A broker that is just starting may know of none yet.
        if !brokers.isEmpty { nodes = Dictionary(brokers.map { ($0.id, $0) }) { _, last in last } }
        if nodes.count > 1 { isSingle = false }
        self.controller = controller < 0 ? nil : controller
        id = clusterID ?? id
        debug?(
            .metadata,
            "cluster \(id ?? "without id"): controller \(controller), brokers "
                + brokers.map { "\($0.id) at \($0.address)" }.joined(separator: ", "))
    }

    private func take(_ response: MetadataResponse) {
        take(
            response.brokers.map { broker in
                Broker(
                    id: broker.nodeID, address: BrokerAddress(host: broker.host, port: Int(broker.port)),
                    rack: broker.rack)
            }, controller: response.controllerID, clusterID: response.clusterID)
        for topic in response.topics.map(TopicMetadata.init) where !topic.name.isEmpty {
            debug?(
                .topic,
                "topic \(topic.name): "
                    + (topic.error == .none
                        ? "leaders "
                            + topic.partitions.map { "\($0.partition)→\($0.leader ?? -1)" }.joined(separator: " ")
                        : topic.error.clientMessage))
            if topic.error == .none {
                topics[topic.name] = CachedTopic(metadata: topic, fetchedAt: .now)
            } else if !topic.error.isRetriable || topic.error == .unknownTopicOrPartition {
                topics[topic.name] = nil
            }
        }
    }
}
