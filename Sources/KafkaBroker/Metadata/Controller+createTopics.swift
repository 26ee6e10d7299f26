// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

extension Controller {
    /// New partitions, and records, of one request: what Kafka's controller takes at a time.
    static let largestOperation = 10_000

    static let excessiveRecords = MetadataError(
        .policyViolation, "Unable to perform excessively large batch operation.")

    /// Creates those topics that can be; the answers are in the order of the request.
    func createTopics(
        _ topics: [CreateTopicsRequest.Topic], validateOnly: Bool, quota: MutationQuota = .unlimited
    ) -> [CreateTopicsResponse.Topic] {
        func refuseAll(_ error: MetadataError) -> [CreateTopicsResponse.Topic] {
            var names: Set<String> = []
            return topics.filter { names.insert($0.name).inserted }.map { .failure($0.name, error) }
        }
        guard newPartitionCount(topics) <= Self.largestOperation else {
            return refuseAll(
                MetadataError(.policyViolation, "Excessively large number of partitions per request."))
        }
        var answers: [CreateTopicsResponse.Topic] = []
        answers.reserveCapacity(topics.count)
        var descriptions = NewTopicDescriptions(configuration: configuration)
        var records: [VersionedRecord] = []
        var names = NewTopicNames(image: image)
        let counts = Dictionary(topics.map { ($0.name, 1) }, uniquingKeysWith: +)
        for topic in topics where names.isFirst(topic.name) {
            do throws(MetadataError) {
                guard counts[topic.name] == 1 else { throw MetadataError(.invalidRequest, "Duplicate topic name.") }
                let plan = try plan(topic, &names, quota)
                records += plan.records(versions)
                guard records.count <= Self.largestOperation else { return refuseAll(Self.excessiveRecords) }
                answers.append(plan.answer(descriptions.of(plan.configs)))
            } catch {
                answers.append(.failure(topic.name, error))
            }
        }
        guard !validateOnly else { return answers }
        do throws(MetadataError) { try commit(records) } catch {
            return answers.map { $0.errorCode == .none ? .failure($0.name, error) : $0 }
        }
        return answers
    }

    /// How many partitions a request wants, whether it may have them or not.
    private func newPartitionCount(_ topics: [CreateTopicsRequest.Topic]) -> Int {
        topics.reduce(0) { sum, topic in
            if !topic.assignments.isEmpty { return sum + topic.assignments.count }
            if topic.numPartitions == -1 { return sum + configuration.int("num.partitions") }
            return sum + max(0, Int(topic.numPartitions))
        }
    }

    /// Checks a new topic, and decides on its id and partitions.
    private func plan(
        _ topic: CreateTopicsRequest.Topic, _ names: inout NewTopicNames, _ quota: MutationQuota
    ) throws(MetadataError) -> NewTopic {
        try names.check(topic.name)
        let missing = topic.configs.filter { $0.value == nil }.map(\.name)
        guard missing.isEmpty else {
            throw MetadataError(
                .invalidConfig, "Null value not supported for topic configs: \(missing.joined(separator: ","))")
        }
        let configs = Dictionary(topic.configs.map { ($0.name, $0.value!) }) { _, last in last }
        do throws(ConfigurationError) { try configuration.validateTopic(configs) } catch { throw MetadataError(error) }
        let partitions = try partitions(topic)
        try Self.admit(partitions.count, quota)
        names.take(topic.name)
        return NewTopic(
            name: topic.name, id: unusedTopicID(), partitions: partitions, configs: configs)
    }

    /// - Throws: where the client made and deleted too many partitions lately (KIP-599).
    static func admit(_ partitionCount: Int, _ quota: MutationQuota) throws(MetadataError) {
        guard quota.admits(partitions: partitionCount) else {
            throw MetadataError(.throttlingQuotaExceeded, "The throttling quota has been exceeded.")
        }
    }

    /// Random, and the id of no topic; ids of deleted topics don't come again either, for all that is probable.
    private func unusedTopicID() -> KafkaUUID {
        while true {
            let id = KafkaUUID.random()
            if image.topicNames[id] == nil { return id }
        }
    }

    private func partitions(_ topic: CreateTopicsRequest.Topic) throws(MetadataError) -> [PartitionImage] {
        guard topic.assignments.isEmpty else { return try assigned(topic) }
        guard topic.replicationFactor >= -1, topic.replicationFactor != 0 else {
            throw MetadataError(
                .invalidReplicationFactor, "Replication factor must be larger than 0, or -1 to use the default value.")
        }
        guard topic.numPartitions >= -1, topic.numPartitions != 0 else {
            throw MetadataError(
                .invalidPartitions, "Number of partitions was set to an invalid non-positive value.")
        }
        let replicas =
            topic.replicationFactor == -1
            ? configuration.int("default.replication.factor") : Int(topic.replicationFactor)
        let placement = placement
        do throws(MetadataError) { try placement.check(replicationFactor: replicas) } catch {
            throw MetadataError(error.code, "Unable to replicate the partition \(replicas) time(s): \(error.message)")
        }
        let count = topic.numPartitions == -1 ? configuration.int("num.partitions") : Int(topic.numPartitions)
        return placement.partitions(0..<count, replicationFactor: replicas)
    }

    private func assigned(_ topic: CreateTopicsRequest.Topic) throws(MetadataError) -> [PartitionImage] {
        guard topic.replicationFactor == -1 else {
            throw MetadataError(
                .invalidRequest,
                "A manual partition assignment was specified, but replication factor was not set to -1.")
        }
        guard topic.numPartitions == -1 else {
            throw MetadataError(
                .invalidRequest, "A manual partition assignment was specified, but numPartitions was not set to -1.")
        }
        var assigned: Set<Int32> = []
        var replicationFactor: Int?
        for assignment in topic.assignments {
            guard assigned.insert(assignment.partitionIndex).inserted else {
                throw MetadataError(
                    .invalidReplicaAssignment,
                    "Found multiple manual partition assignments for partition \(assignment.partitionIndex)")
            }
            try placement.check(assignment.brokerIDs, replicationFactor: replicationFactor)
            replicationFactor = assignment.brokerIDs.count
        }
        guard assigned == Set(0..<Int32(assigned.count)) else {
            throw MetadataError(
                .invalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence")
        }
        return try topic.assignments.sorted { $0.partitionIndex < $1.partitionIndex }.map {
            assignment throws(MetadataError) in
            try placement.partition(Int(assignment.partitionIndex), on: assignment.brokerIDs)
        }
    }

    var placement: Placement { Placement(store) }

    /// Creates a topic of the coordinators with Kafka's configurations; one that exists is fine.
    func createInternalTopic(_ name: String) throws(MetadataError) -> TopicImage {
        if let topic = image.topic(name) { return topic }
        let configuration = configuration
        func configs(segmentBytes: String) -> [String: String] {
            [
                "cleanup.policy": "compact", "compression.type": "producer",
                "segment.bytes": configuration.string(segmentBytes),
            ]
        }
        let shape: (partitions: Int, configs: [String: String])
        switch name {
        case TopicName.offsets:
            shape = (
                configuration.int("offsets.topic.num.partitions"),
                configs(segmentBytes: "offsets.topic.segment.bytes")
            )
        case TopicName.transactions:
            var own = configs(segmentBytes: "transaction.state.log.segment.bytes")
            own["compression.type"] = "uncompressed"
            own["min.insync.replicas"] = internalMinimum("transaction.state.log.min.isr")
            own["unclean.leader.election.enable"] = "false"
            shape = (configuration.int("transaction.state.log.num.partitions"), own)
        case TopicName.shareState:
            var own = configs(segmentBytes: "share.coordinator.state.topic.segment.bytes")
            // Its coordinator removes what is superseded by itself.
            own["cleanup.policy"] = "delete"
            own["retention.ms"] = "-1"
            own["min.insync.replicas"] = internalMinimum("share.coordinator.state.topic.min.isr")
            shape = (configuration.int("share.coordinator.state.topic.num.partitions"), own)
        default:
            throw MetadataError(.invalidTopicException, "\(name) is no internal topic")
        }
        return try create(
            name, partitionCount: shape.partitions, configs: shape.configs,
            replicationFactor: internalReplicationFactor)
    }

    /// More can't be in sync than there are nodes.
    private func internalMinimum(_ name: String) -> String { String(min(store.nodeIDs.count, configuration.int(name))) }

    /// What Kafka's default is, as far as there are nodes.
    private var internalReplicationFactor: Int { min(3, store.nodeIDs.count) }

    /// Creates a topic that a client asked about, with num.partitions.
    func autoCreateTopic(
        _ name: String, quota: MutationQuota = .unlimited
    ) throws(MetadataError) -> TopicImage {
        if let topic = image.topic(name) { return topic }
        if TopicName.isInternal(name) { return try createInternalTopic(name) }
        let request = CreateTopicsRequest.Topic {
            $0.name = name
            $0.numPartitions = -1
            $0.replicationFactor = -1
        }
        let answer = createTopics([request], validateOnly: false, quota: quota)[0]
        if let topic = image.topic(name) { return topic }
        throw MetadataError(answer.errorCode, answer.errorMessage ?? "")
    }

    private func create(
        _ name: String, partitionCount: Int, configs: [String: String], replicationFactor: Int
    ) throws(MetadataError) -> TopicImage {
        guard partitionCount < Self.largestOperation else { throw Self.excessiveRecords }
        let topic = NewTopic(
            name: name, id: unusedTopicID(),
            partitions: placement.partitions(0..<partitionCount, replicationFactor: replicationFactor), configs: configs
        )
        try commit(topic.records(versions))
        guard let created = image.topic(name) else { throw MetadataError(.unknownTopicOrPartition) }
        return created
    }
}
