// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging

/// What has to wait until a partition is read back.
enum DeferredEvent: Sendable {
    case transactionEnded(producerID: Int64, commit: Bool)
    case topicDeleted(TopicFacts)
}

extension GroupCoordinator {
    /// Reads a partition back, and catches up with what happened meanwhile.
    func load(_ load: CoordinatorTopic.Load) async throws {
        let partition = load.partition
        let shard = try await Self.read(partition, topic.log, logger, now: clock.now())
        guard topic.accept(load) else { return }
        shards[partition] = shard
        _ = perform(partition) { shard, context, effects in shard.loaded(context, &effects) }
        for event in deferred.removeValue(forKey: partition) ?? [] {
            switch event {
            case .transactionEnded(let producerID, let commit):
                transactionEnded(producerID: producerID, partition: partition, commit: commit)
            case .topicDeleted(let topic):
                deleteOffsets(of: topic.name, in: partition)
                forgetShareTopics([topic.id])
            }
        }
    }

    private static func read(
        _ partition: Int32, _ log: any CoordinatorLog, _ logger: Logger, now: Int64
    ) async throws -> GroupShard {
        var shard = GroupShard()
        var unknownTypes: Set<Int16> = []
        try await log.replay(partition) { record in
            switch record.content {
            case .endOfTransaction(let commit):
                shard.offsets.endTransaction(producerID: record.producerID, commit: commit)
            case .data(let data):
                do throws(GroupRecord.DecodingError) {
                    shard.apply(
                        try GroupRecord(data), offset: record.offset, producerID: record.producerID, now: now)
                } catch {
                    // The record stays in the log for a broker that knows it.
                    guard case .unknownType(let type) = error else {
                        let place = "offset \(record.offset) of __consumer_offsets-\(partition)"
                        return logger.error("Passing over the record at \(place): \(error)")
                    }
                    guard unknownTypes.insert(type).inserted else { return }
                    logger.warning("Passing over records of unknown type \(type) in __consumer_offsets-\(partition)")
                }
            }
        }
        return shard
    }
}

// MARK: Events of the broker

extension GroupCoordinator {
    /// A transaction that committed offsets has ended; its marker is in the partition already.
    func transactionEnded(producerID: Int64, partition: Int32, commit: Bool) {
        if topic.refusal(of: partition) != nil {
            deferred[partition, default: []].append(.transactionEnded(producerID: producerID, commit: commit))
        } else {
            shards[partition]?.offsets.endTransaction(producerID: producerID, commit: commit)
        }
    }

    /// Topics are gone, and with them what groups have read of them.
    func topicsDeleted(_ topics: [TopicFacts]) {
        if topics.contains(where: { $0.name == TopicName.offsets }) {
            topic.deleted()
            return unload()
        }
        let unread = (0..<(topic.partitionCount ?? 0)).filter { topic.refusal(of: $0) != nil }
        for topic in topics {
            for partition in unread { deferred[partition, default: []].append(.topicDeleted(topic)) }
            for partition in shards.keys.sorted() { deleteOffsets(of: topic.name, in: partition) }
        }
        forgetShareTopics(Set(topics.map(\.id)))
    }

    private func deleteOffsets(of topic: String, in partition: Int32) {
        _ = perform(partition) { shard, _, effects in shard.deleteOffsets(ofTopic: topic, &effects) }
    }

    /// Topics were created or deleted, or have more partitions: the consumer groups that read them, or may do so by
    /// a regular expression, look at them with their next heartbeat.
    func topicsChanged(_ names: [String]) {
        for partition in shards.keys { shards[partition]!.refresh(names) }
    }

    /// Gives all groups up, and answers what is parked.
    func unload() {
        for partition in shards.keys.sorted() {
            _ = perform(partition) { shard, context, effects in shard.unload(context, &effects) }
        }
        (shards, deferred) = ([:], [:])
    }

    /// Removes offsets that were not used for the retention time, and groups without offsets and members.
    func expireOffsets() async {
        for partition in shards.keys.sorted() {
            for groupID in shards[partition]?.groupIDs ?? [] {
                guard shards[partition] != nil else { break }
                _ = perform(partition) { shard, context, effects in
                    shard.expireOffsets(of: groupID, context, &effects)
                }
            }
            await Task.yield()
        }
    }
}
