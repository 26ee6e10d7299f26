// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol
import Synchronization

/// Looks at a broker, away from its event loops.
package final class BrokerObserver: Sendable {
    private struct Place: Hashable {
        var partition: TopicPartition
        var offset: Int64
    }

    /// Quotas' uses that are told at most: clients choose their names.
    private static let mostQuotas = 1000

    private let broker: Broker
    private let now: @Sendable () -> Int64
    /// When the records were written that groups read next. Kept from one look to the next, so that a group that stands
    /// still has nothing read from the disk.
    private let times = Mutex<[Place: Int64?]>([:])

    /// - Parameter now: milliseconds since 1970.
    package init(_ broker: Broker, now: @escaping @Sendable () -> Int64 = WallClock.milliseconds) {
        self.broker = broker
        self.now = now
    }

    package func observe() async throws -> BrokerObservation {
        let parts = broker.parts
        let (shards, waitingMembers) = await parts.groups.view
        let quorum = await parts.controller.quorumStatus
        return try await parts.background.run { [self] in
            look(parts, shards, waitingMembers: waitingMembers, quorum)
        }
    }

    private func look(
        _ parts: Broker.Parts, _ shards: [GroupShard], waitingMembers: Int, _ quorum: QuorumStatus
    ) -> BrokerObservation {
        let store = parts.controller.store
        let image = store.image
        var observation = BrokerObservation(
            clusterID: store.clusterID, nodeID: store.nodeID, address: broker.bootstrapServers,
            brokerCount: image.brokers.count, fencedBrokerCount: image.brokers.values.count { $0.isFenced },
            waitingFetches: parts.server.waitingCount, waitingMembers: waitingMembers,
            fetchSessions: parts.sessions.count,
            quorum: .init(leader: store.nodeID, epoch: quorum.leaderEpoch, highWatermark: quorum.highWatermark))
        let registry = parts.logs.registry
        let configuration = parts.controller.configuration
        observation.topics = image.sortedTopics.map { topic in
            let open = registry.topic(topic.name)?.partitions ?? [:]
            return .init(
                name: topic.name,
                minInsyncReplicas: Int(
                    configuration.topicValue("min.insync.replicas", topic: topic.name, image: image)) ?? 1,
                partitions: topic.partitions.enumerated().map { index, partition in
                    .init(partition, open[Int32(clamping: index)])
                })
        }
        observation.groups = groups(shards, registry)
        if let telemetry = parts.telemetry {
            (observation.traffic, observation.totalTraffic) = telemetry.traffic.statistics
            observation.requests = telemetry.requests
            observation.loops = telemetry.loopStatistics
        }
        observation.listeners = parts.server.quotas.counts.map { name, counts in
            .init(name: name, openCount: counts.open, admittedCount: counts.admitted)
        }.sorted { $0.name < $1.name }
        if let quotas = parts.policy.quotas as? ClientQuotaSource {
            (observation.quotas, observation.omittedQuotas) = quotas.uses(limit: Self.mostQuotas)
        }
        return observation
    }

    // MARK: Groups

    private func groups(_ shards: [GroupShard], _ registry: PartitionRegistry) -> [BrokerObservation.Group] {
        let now = now()
        let known = times.withLock { $0 }
        var seen: [Place: Int64?] = [:]
        var groups: [BrokerObservation.Group] = []
        for shard in shards {
            for listed in shard.list(states: [], types: []) {
                var group = BrokerObservation.Group(
                    id: listed.groupID, type: listed.groupType, state: listed.groupState,
                    memberCount: shard.memberCount(of: listed.groupID), offsets: [])
                for (topic, partitions) in shard.offsets[listed.groupID].sorted(by: { $0.key < $1.key }) {
                    let open = registry.topic(topic)?.partitions ?? [:]
                    for (index, committed) in partitions.sorted(by: { $0.key < $1.key }) {
                        var offset = BrokerObservation.Offset(
                            topic: topic, partition: index, committed: committed.offset)
                        if let log = open[index]?.log {
                            offset.lag = max(log.highWatermark.subtractingSaturating(committed.offset), 0)
                            offset.lagMs = lagMs(offset, log, now, known, &seen)
                        }
                        group.offsets.append(offset)
                    }
                }
                groups.append(group)
            }
        }
        times.withLock { [seen] in $0 = seen }
        return groups.sorted { $0.id < $1.id }
    }

    private func lagMs(
        _ offset: BrokerObservation.Offset, _ log: PartitionLog, _ now: Int64, _ known: [Place: Int64?],
        _ seen: inout [Place: Int64?]
    ) -> Int64? {
        guard let lag = offset.lag, lag > 0 else { return 0 }
        let start = max(offset.committed, log.logStartOffset)
        let place = Place(partition: log.topicPartition, offset: start)
        let time: Int64?
        if case .some(.some(let before)) = known[place] {
            time = before
        } else {
            // What can't be read has no age; a marker at the end is nothing to read.
            do throws(LogError) { time = try log.batchTimestamp(at: start) } catch { return nil }
        }
        seen[place] = .some(time)
        return time.map { max(now.subtractingSaturating($0), 0) } ?? 0
    }
}

extension BrokerObservation.Partition {
    fileprivate init(_ image: PartitionImage, _ open: Partition?) {
        self.init(
            leader: image.leader, preferredLeader: image.replicas.first ?? -1, replicaCount: image.replicas.count,
            insyncCount: image.isr.count)
        guard let log = open?.log else { return }
        let size = log.size
        self.log = BrokerObservation.Log(
            startOffset: log.logStartOffset, endOffset: log.logEndOffset, highWatermark: log.highWatermark,
            byteCount: size.byteCount, segmentCount: size.segmentCount)
    }
}

extension GroupCoordinator {
    /// What is in the partitions, and how many requests wait for other members.
    fileprivate var view: (shards: [GroupShard], waitingCount: Int) { (Array(shards.values), parkedCount) }
}

extension GroupShard {
    fileprivate func memberCount(of groupID: String) -> Int {
        classicGroups[groupID]?.members.count ?? consumerGroups[groupID]?.members.count
            ?? shareGroups[groupID]?.members.count ?? 0
    }
}
