// SPDX-License-Identifier: Apache-2.0

import HashTreeCollections
import KafkaLog
import KafkaProtocol
import Logging

/// Carries a change of the metadata out: opens, reconfigures and removes logs, and tells the coordinators.
struct Publisher: Sendable {
    let logs: LogManager
    let groups: GroupCoordinator
    let transactions: TransactionCoordinator
    let shares: SharePartitions
    let controller: Controller
    let logger: Logger

    func publish(_ old: MetadataImage, _ new: MetadataImage, _ delta: MetadataDelta) throws(LogError) {
        let now = WallClock.milliseconds()
        for topic in delta.deletedTopics { try logs.delete(topic: topic.name, now: now) }
        // Before its first publication the broker itself is in no image.
        try logs.open(requests(delta, new), areNew: !old.brokers.isEmpty, now: now)
        reconfigure(delta, new)
        tellGroups(delta, new)
    }

    /// The partitions that are new, in topics new or grown.
    private func requests(_ delta: MetadataDelta, _ image: MetadataImage) -> [LogManager.Request] {
        let configuration = controller.configuration
        var requests: [LogManager.Request] = []
        for name in delta.createdTopics + delta.changedTopics.subtracting(delta.createdTopics) {
            guard let topic = image.topic(name) else { continue }
            let open = logs.registry.topic(name)
            let config = configuration.logConfig(topic: name, image: image)
            for (index, partition) in topic.partitions.enumerated() {
                if let known = open?.partitions[Int32(index)] {
                    known.leaderEpoch = partition.leaderEpoch
                    continue
                }
                requests.append(
                    .init(
                        topicPartition: TopicPartition(topic: name, partition: Int32(index)), topicID: topic.id,
                        leaderEpoch: partition.leaderEpoch, config: config))
            }
        }
        return requests
    }

    private func reconfigure(_ delta: MetadataDelta, _ image: MetadataImage) {
        let isBrokerChange = delta.changedConfigs.contains { $0.kind == .broker }
        let names: [String]
        if isBrokerChange {
            names = Array(image.topics.keys)
        } else {
            names = delta.changedConfigs.filter { $0.kind == .topic }.map(\.name)
        }
        let configuration = controller.configuration
        for name in names {
            guard let topic = logs.registry.topic(name) else { continue }
            let config = configuration.logConfig(topic: name, image: image)
            for partition in topic.partitions.values where partition.log.config != config {
                partition.log.update(config: config)
            }
        }
    }

    private func tellGroups(_ delta: MetadataDelta, _ image: MetadataImage) {
        if delta.featuresChanged || delta.changedConfigs.contains(where: { $0.kind == .broker }) {
            let configuration = GroupCoordinatorConfiguration(controller.configuration, image)
            Task { [groups] in await groups.update(configuration) }
        }
        let deleted = delta.deletedTopics.map {
            TopicFacts(name: $0.name, id: $0.id, partitionCount: Int32($0.partitions.count))
        }
        let changed = delta.createdTopics + delta.changedTopics + deleted.map(\.name)
        guard !changed.isEmpty else { return }
        let (groups, transactions, shares) = (groups, transactions, shares)
        Task {
            if deleted.contains(where: { $0.name == InternalTopics.shareGroupState }) {
                shares.coordinator.topicDeleted()
            }
            if !deleted.isEmpty {
                shares.topicsDeleted(Set(deleted.map(\.id)))
                shares.coordinator.topicsDeleted(Set(deleted.map(\.id)))
            }
            if deleted.contains(where: { $0.name == InternalTopics.transactionState }) {
                await transactions.topicDeleted()
            }
            if !deleted.isEmpty { await groups.topicsDeleted(deleted) }
            await groups.topicsChanged(changed)
        }
    }
}
