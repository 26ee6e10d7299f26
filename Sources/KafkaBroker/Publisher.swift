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
    let quotas: ClientQuotaSource
    let server: SocketServer
    let encryption: ListenerEncryption?
    /// Nil where there is none, or one that knows nothing of access control lists.
    let authorizer: StandardAuthorizer?
    let logger: Logger
    /// What the coordinators are told.
    private let news = TaskQueue()

    init(
        logs: LogManager, groups: GroupCoordinator, transactions: TransactionCoordinator, shares: SharePartitions,
        controller: Controller, quotas: ClientQuotaSource, server: SocketServer, authorizer: StandardAuthorizer?,
        encryption: ListenerEncryption? = nil, logger: Logger
    ) {
        self.logs = logs
        self.groups = groups
        self.transactions = transactions
        self.shares = shares
        self.controller = controller
        self.quotas = quotas
        self.server = server
        self.encryption = encryption
        self.authorizer = authorizer
        self.logger = logger
    }

    func publish(_ old: MetadataImage, _ new: MetadataImage, _ delta: MetadataDelta) throws(LogError) {
        let now = WallClock.milliseconds()
        changeAccess(old, new, delta.changedAcls)
        // What is there at a start is no news.
        if logger.logLevel <= .info, !old.brokers.isEmpty { tell(old, new, delta) }
        if !old.brokers.isEmpty { tellVain(old, new, delta) }
        // Before logs are opened, which forget producers by it.
        if delta.changedConfigs.contains(where: { $0.kind == .broker }) {
            logs.update(controller.configuration)
            server.update(controller.configuration)
            encryption?.update(controller.configuration)
        }
        if delta.quotasChanged {
            quotas.update(new.quotas)
            server.quotas.update(new.quotas)
        }
        for topic in delta.deletedTopics { logs.delete(topic: topic.name, now: now) }
        // Before its first publication the broker itself is in no image.
        defer { reconfigure(delta, new) }
        try logs.open(requests(delta, new), areNew: !old.brokers.isEmpty, now: now)
    }

    /// Who may do what.
    private func changeAccess(_ old: MetadataImage, _ new: MetadataImage, _ changed: Set<KafkaUUID>) {
        guard let authorizer, !changed.isEmpty else { return }
        func bindings(_ image: MetadataImage) -> [AclBinding] { changed.compactMap { image.acls[$0]?.binding } }
        authorizer.change(removing: bindings(old), inserting: bindings(new))
    }

    /// Says which of a broker's configurations were changed in vain.
    private func tellVain(_ old: MetadataImage, _ new: MetadataImage, _ delta: MetadataDelta) {
        var names: Set<String> = []
        for resource in delta.changedConfigs where resource.kind == .broker {
            let before = old.configs(of: resource)
            for (name, value) in new.configs(of: resource) where before[name] != value {
                if ConfigTable.withoutEffect[BrokerConfiguration.baseName(name)] != nil { names.insert(name) }
            }
        }
        if !names.isEmpty { logger.notice("without effect here: \(names.sorted().joined(separator: ", "))") }
    }

    /// Says what changed.
    private func tell(_ old: MetadataImage, _ new: MetadataImage, _ delta: MetadataDelta) {
        for topic in delta.deletedTopics {
            logger.info("topic \(topic.name) with \(topic.partitions.count) partitions is deleted")
        }
        for name in delta.createdTopics.sorted() {
            guard let topic = new.topic(name) else { continue }
            logger.info("topic \(name) is created: \(topic.partitions.count) partitions, id \(topic.id)")
        }
        for name in delta.changedTopics.sorted() {
            guard let topic = new.topic(name), let before = old.topic(name)?.partitions.count,
                before != topic.partitions.count
            else { continue }
            logger.info("topic \(name) has \(topic.partitions.count) partitions now, \(before) before")
        }
        let isNews = { (resource: ConfigResource) in
            // What topics are created with, and what goes with them.
            resource.kind != .topic || new.topic(resource.name) != nil && !delta.createdTopics.contains(resource.name)
        }
        for resource in delta.changedConfigs where isNews(resource) {
            logger.info("the configuration of \(resource.kind) \(resource.name.printable) is changed")
        }
        if delta.featuresChanged { logger.info("feature levels are changed") }
        if delta.quotasChanged { logger.info("quotas are changed") }
        if delta.tokensChanged { logger.info("delegation tokens are changed") }
        if delta.scramChanged { logger.info("SCRAM credentials are changed") }
        if !delta.changedAcls.isEmpty { logger.info("\(delta.changedAcls.count) access control entries are changed") }
    }

    /// The partitions that are new, in topics new or grown.
    private func requests(_ delta: MetadataDelta, _ image: MetadataImage) -> [LogManager.Request] {
        let configuration = controller.configuration
        var requests: [LogManager.Request] = []
        for name in delta.createdTopics.union(delta.changedTopics).sorted() {
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
                        topicPartition: TopicPartition(name, Int32(index)), topicID: topic.id,
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
            guard image.topic(name) != nil else { continue }
            logs.update(topic: name, config: configuration.logConfig(topic: name, image: image))
        }
    }

    /// Tells the coordinators, in the order of the images. The store must have the image: a group that looked at the
    /// one before wouldn't look again for minutes.
    func tellCoordinators(_ image: MetadataImage, _ delta: MetadataDelta) {
        // Who waits at a node for what another one leads now is to learn of it.
        if controller.store.nodeIDs.count > 1 {
            for name in delta.changedTopics {
                for partition in (logs.registry.topic(name)?.partitions ?? [:]).values { partition.wake() }
            }
        }
        if delta.featuresChanged || delta.changedConfigs.contains(where: { $0.kind == .broker }) {
            let configuration = GroupCoordinatorConfiguration(controller.configuration, image)
            let ofTransactions = TransactionCoordinatorConfiguration(controller.configuration)
            news.add { [groups, transactions] in
                await groups.update(configuration)
                await transactions.update(ofTransactions)
            }
        }
        let deleted = delta.deletedTopics.map {
            TopicFacts(name: $0.name, id: $0.id, partitionCount: Int32($0.partitions.count))
        }
        let changed = delta.createdTopics.union(delta.changedTopics).union(deleted.map(\.name)).sorted()
        guard !changed.isEmpty else { return }
        news.add { [groups, transactions, shares] in
            if deleted.contains(where: { $0.name == TopicName.shareState }) {
                shares.coordinator.topicDeleted()
            }
            if !deleted.isEmpty {
                shares.topicsDeleted(Set(deleted.map(\.id)))
                shares.coordinator.topicsDeleted(Set(deleted.map(\.id)))
            }
            if deleted.contains(where: { $0.name == TopicName.transactions }) {
                await transactions.topicDeleted()
            }
            if !deleted.isEmpty { await groups.topicsDeleted(deleted) }
            await groups.topicsChanged(changed)
        }
    }
}
