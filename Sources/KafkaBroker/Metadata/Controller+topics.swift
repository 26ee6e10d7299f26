// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Deleting topics, adding partitions, and producer ids.
extension Controller {
    /// Deletes topics by name or by id; the answers are in the order of the request.
    /// - Parameter mayDo: whether the client may describe or delete a topic of that name.
    func deleteTopics(
        _ topics: [DeleteTopicsRequest.Topic], apiVersion: Int16, quota: MutationQuota = .unlimited,
        where mayDo: @Sendable (AclOperation, _ topic: String) -> Bool = { _, _ in true }
    ) -> [DeleteTopicsResponse.Topic] {
        var answers: [DeleteTopicsResponse.Topic] = []
        var records: [VersionedRecord] = []
        let names = Dictionary(topics.compactMap { topic in topic.name.map { ($0, 1) } }, uniquingKeysWith: +)
        let ids = Dictionary(topics.filter { $0.name == nil }.map { ($0.topicID, 1) }, uniquingKeysWith: +)
        var answered: Set<DeletionKey> = []
        var deleted: Set<KafkaUUID> = []
        for topic in topics where answered.insert(DeletionKey(topic)).inserted {
            var answer = DeleteTopicsResponse.Topic {
                $0.name = topic.name
                $0.topicID = topic.topicID
            }
            do throws(MetadataError) {
                try checkDeletion(topic, names, ids, apiVersion)
                if let name = topic.name ?? image.topic(id: topic.topicID)?.name {
                    let (maySee, mayDelete) = (mayDo(.describe, name), mayDo(.delete, name))
                    // By name, what isn't there is said to who may see it; by id, the name is.
                    let isKnown = topic.name == nil || image.topic(name) != nil
                    if maySee, topic.name == nil { answer.name = name }
                    guard topic.name == nil || maySee, mayDelete || !isKnown else { throw MetadataError.topicRefused }
                }
                let found = try find(topic)
                answer.name = found.name
                answer.topicID = found.id
                guard deleted.insert(found.id).inserted else {
                    throw MetadataError(
                        .invalidRequest, "The provided topic name maps to an ID that was already supplied.")
                }
                try Self.admit(found.partitions.count, quota)
                records.append(VersionedRecord(RemoveTopicRecord { $0.topicID = found.id }))
            } catch {
                answer.errorCode = error.code
                answer.errorMessage = error.answer
            }
            answers.append(answer)
        }
        do throws(MetadataError) { try commit(records) } catch {
            for index in answers.indices where answers[index].errorCode == .none {
                answers[index].errorCode = error.code
                answers[index].errorMessage = error.answer
            }
        }
        return answers
    }

    private struct DeletionKey: Hashable {
        var name: String?
        var id: KafkaUUID

        init(_ topic: DeleteTopicsRequest.Topic) {
            name = topic.name
            id = topic.topicID
        }
    }

    private func checkDeletion(
        _ topic: DeleteTopicsRequest.Topic, _ names: [String: Int], _ ids: [KafkaUUID: Int], _ apiVersion: Int16
    ) throws(MetadataError) {
        guard configuration.bool("delete.topic.enable") else {
            throw apiVersion < 3
                ? MetadataError(.invalidRequest, "Topic deletion is disabled.") : MetadataError(.topicDeletionDisabled)
        }
        if let name = topic.name {
            guard topic.topicID == .zero else {
                throw MetadataError(.invalidRequest, "You may not specify both topic name and topic id.")
            }
            guard names[name] == 1 else { throw MetadataError(.invalidRequest, "Duplicate topic name.") }
        } else {
            guard topic.topicID != .zero else {
                throw MetadataError(.invalidRequest, "Neither topic name nor id were specified.")
            }
            guard ids[topic.topicID] == 1 else { throw MetadataError(.invalidRequest, "Duplicate topic id.") }
        }
    }

    private func find(_ topic: DeleteTopicsRequest.Topic) throws(MetadataError) -> TopicImage {
        if let name = topic.name {
            guard let found = image.topic(name) else {
                throw MetadataError(
                    .unknownTopicOrPartition, "This server does not host this topic-partition.")
            }
            return found
        }
        guard let found = image.topic(id: topic.topicID) else {
            throw MetadataError(.unknownTopicID, "This server does not host this topic ID.")
        }
        return found
    }

    /// Adds partitions; the answers are in the order of the request.
    func createPartitions(
        _ topics: [CreatePartitionsRequest.Topic], validateOnly: Bool, quota: MutationQuota = .unlimited
    ) -> [CreatePartitionsResponse.Topic] {
        var answers: [CreatePartitionsResponse.Topic] = []
        var added: [Addition] = []
        let counts = Dictionary(topics.map { ($0.name, 1) }, uniquingKeysWith: +)
        var answered: Set<String> = []
        for topic in topics where answered.insert(topic.name).inserted {
            var answer = CreatePartitionsResponse.Topic { $0.name = topic.name }
            do throws(MetadataError) {
                guard counts[topic.name] == 1 else { throw MetadataError(.invalidRequest, "Duplicate topic name.") }
                added.append(try newPartitions(topic, quota))
            } catch {
                answer.errorCode = error.code
                answer.errorMessage = error.answer
            }
            answers.append(answer)
        }
        do throws(MetadataError) {
            guard added.reduce(0, { $0 + $1.count }) <= Self.largestOperation else {
                throw Self.excessiveRecords
            }
            if !validateOnly { try add(added) }
        } catch {
            for index in answers.indices where answers[index].errorCode == .none {
                answers[index].errorCode = error.code
                answers[index].errorMessage = error.answer
            }
        }
        return answers
    }

    /// The partitions that a topic is to get; made once it is clear that they are not too many.
    private struct Addition {
        var topic: TopicImage
        var count: Int
        /// Nil where nobody says where they are to be.
        var assigned: [PartitionImage]?
    }

    private func add(_ added: [Addition]) throws(MetadataError) {
        let (versions, placement) = (versions, placement)
        try commit(
            added.flatMap { addition in
                let first = addition.topic.partitions.count
                // A directory that came from a larger cluster has more replicas than there are nodes.
                let factor = min(addition.topic.partitions.first?.replicas.count ?? 1, store.nodeIDs.count)
                let partitions =
                    addition.assigned
                    ?? placement.partitions(first..<(first + addition.count), replicationFactor: factor)
                return partitions.enumerated().map { index, partition in
                    VersionedRecord(
                        partition.record(addition.topic.id, Int32(first + index), versions), versions.partition)
                }
            })
    }

    private func newPartitions(
        _ topic: CreatePartitionsRequest.Topic, _ quota: MutationQuota
    ) throws(MetadataError) -> Addition {
        guard let found = image.topic(topic.name) else {
            throw MetadataError(.unknownTopicOrPartition, "This server does not host this topic-partition.")
        }
        let count = found.partitions.count
        guard topic.count != count else {
            throw MetadataError(.invalidPartitions, "Topic already has \(count) partition(s).")
        }
        guard topic.count > count else {
            throw MetadataError(
                .invalidPartitions,
                "The topic \(topic.name) currently has \(count) partition(s); \(topic.count) would not be an increase.")
        }
        let additional = Int(topic.count) - count
        var assigned: [PartitionImage]?
        let factor = found.partitions.first?.replicas.count
        if let assignments = topic.assignments {
            guard assignments.count == additional else {
                throw MetadataError(
                    .invalidReplicaAssignment,
                    "Attempted to add \(additional) additional partition(s), but only \(assignments.count) "
                        + "assignment(s) were specified.")
            }
            for assignment in assignments {
                try placement.check(assignment.brokerIDs, replicationFactor: factor)
            }
            assigned = try assignments.enumerated().map { index, assignment throws(MetadataError) in
                try placement.partition(count + index, on: assignment.brokerIDs)
            }
        }
        try Self.admit(additional, quota)
        return Addition(topic: found, count: additional, assigned: assigned)
    }

    /// A block of 1000 producer ids that were never handed out before, whoever ran the broker then.
    func allocateProducerIDs() throws(MetadataError) -> Range<Int64> {
        let first = image.nextProducerID
        let (next, overflow) = first.addingReportingOverflow(1000)
        guard !overflow else { throw MetadataError(.unknownServerError, "Exhausted all producerIds") }
        let record = ProducerIdsRecord {
            $0.brokerID = store.nodeID
            $0.brokerEpoch = image.brokers[store.nodeID]?.epoch ?? -1
            $0.nextProducerID = next
        }
        try commit([VersionedRecord(record)])
        return first..<next
    }
}
