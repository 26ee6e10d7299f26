// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging

/// What has to wait until a partition is read back.
enum DeferredEvent: Sendable {
    case transactionEnded(producerID: Int64, commit: Bool)
    case topicDeleted(TopicFacts)
}

extension GroupCoordinator {
    /// Reads all partitions back, one after the other; each can be used as soon as it is done.
    func load() async {
        for partition in loading.sorted() {
            // The broker may stop meanwhile, or the topic be deleted.
            guard loading.contains(partition) else { return }
            do {
                install(try await Self.read(partition, log, logger, now: clock.now()), as: partition)
            } catch {
                logger.error("Can't read partition \(partition) of __consumer_offsets back: \(error)")
                loading.remove(partition)
                deferred[partition] = nil
            }
        }
    }

    private func install(_ shard: GroupShard, as partition: Int32) {
        guard loading.remove(partition) != nil else { return }
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
        if loading.contains(partition) {
            deferred[partition, default: []].append(.transactionEnded(producerID: producerID, commit: commit))
        } else {
            shards[partition]?.offsets.endTransaction(producerID: producerID, commit: commit)
        }
    }

    /// Topics are gone, and with them what groups have read of them.
    func topicsDeleted(_ topics: [TopicFacts]) {
        if topics.contains(where: { $0.name == TopicName.offsets }) { return unload() }
        for topic in topics {
            for partition in loading { deferred[partition, default: []].append(.topicDeleted(topic)) }
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
        (shards, loading, deferred, partitionCount) = ([:], [], [:], nil)
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
