// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Elections, reassignments, and brokers that are gone for good.
extension Controller {
    /// - Parameter partition: one partition; its code is `.none` or `.electionNotNeeded` where it has its leader.
    /// - Returns: an error or nil for each.
    func electLeaders(_ partitions: [(topic: String, index: Int32)], isUnclean: Bool) -> [MetadataError?] {
        var records: [VersionedRecord] = []
        let errors = partitions.map { (topic, index) -> MetadataError? in
            do throws(MetadataError) {
                records.append(try election(topic, index, isUnclean: isUnclean))
                return nil
            } catch {
                return error
            }
        }
        do throws(MetadataError) { try commit(records) } catch { return errors.map { $0 ?? error } }
        return errors
    }

    private func election(
        _ name: String, _ index: Int32, isUnclean: Bool
    ) throws(MetadataError) -> VersionedRecord {
        guard let topic = image.topic(name) else {
            throw MetadataError(.unknownTopicOrPartition, "No such topic as \(name)")
        }
        guard let partition = image.partition(name, index) else {
            throw MetadataError(.unknownTopicOrPartition, "No such partition as \(name)-\(index)")
        }
        let hasLeader = isUnclean ? partition.leader >= 0 : partition.leader == partition.replicas.first
        guard !hasLeader else {
            throw MetadataError(.electionNotNeeded, "Leader election not needed for topic partition.")
        }
        let live = store.liveNodes
        let candidates = partition.replicas.filter(live.contains)
        let leader =
            isUnclean
            ? candidates.first(where: partition.isr.contains) ?? candidates.first
            : candidates.first { $0 == partition.replicas.first && partition.isr.contains($0) }
        guard let leader else {
            throw isUnclean
                ? MetadataError(.eligibleLeadersNotAvailable, "Eligible topic partition leaders are not available.")
                : MetadataError(.preferredLeaderNotAvailable, "The preferred leader was not available.")
        }
        let record = PartitionChangeRecord {
            $0.partitionID = index
            $0.topicID = topic.id
            $0.leader = leader
            // Whoever lacks records that were acknowledged takes the others with him: he is alone in sync.
            if !partition.isr.contains(leader) { $0.isr = [leader] }
        }
        return VersionedRecord(record, versions.partitionChange)
    }

    /// Moves partitions, or gives a move up where no replicas are named.
    /// - Returns: an error or nil for each.
    func alterPartitionReassignments(
        _ partitions: [(topic: String, index: Int32, replicas: [Int32]?)], allowsOtherReplicationFactor: Bool
    ) -> [MetadataError?] {
        var records: [VersionedRecord] = []
        let errors = partitions.map { (topic, index, replicas) -> MetadataError? in
            do throws(MetadataError) {
                let record = try reassignment(topic, index, replicas, allowsOtherReplicationFactor)
                if let record { records.append(VersionedRecord(record, versions.partitionChange)) }
                return nil
            } catch {
                return error
            }
        }
        do throws(MetadataError) { try commit(records) } catch { return errors.map { $0 ?? error } }
        return errors
    }

    /// Nil if the partition is as it should be.
    private func reassignment(
        _ name: String, _ index: Int32, _ replicas: [Int32]?, _ allowsOtherReplicationFactor: Bool
    ) throws(MetadataError) -> PartitionChangeRecord? {
        guard let topic = image.topic(name) else {
            throw MetadataError(.unknownTopicOrPartition, "Unable to find a topic named \(name).")
        }
        guard let partition = image.partition(name, index) else {
            throw MetadataError(.unknownTopicOrPartition, "Unable to find partition \(name):\(index).")
        }
        let target: [Int32]
        if let replicas {
            try placement.check(replicas, replicationFactor: nil)
            let current = partition.replicas.filter { !partition.adding.contains($0) }.count
            guard allowsOtherReplicationFactor || replicas.count == current else {
                throw MetadataError(
                    .invalidReplicationFactor,
                    "The replication factor is changed from \(current) to \(replicas.count)")
            }
            target = replicas
        } else {
            guard !partition.adding.isEmpty || !partition.removing.isEmpty else {
                throw MetadataError(.noReassignmentInProgress, "No partition reassignment is in progress.")
            }
            target = partition.replicas.filter { !partition.adding.contains($0) }
        }
        guard target != partition.replicas || !partition.adding.isEmpty || !partition.removing.isEmpty else {
            return nil
        }
        // Replicas that are not here can't be waited for: the move is complete at once, to those in sync. All nodes of this
        // process have all records.
        let live = store.nodeIDs.count > 1 ? store.liveNodes.filter { !partition.isr.contains($0) } : []
        let isr = partition.isr.filter(target.contains) + target.filter(live.contains)
        guard let first = live.isEmpty ? isr.first : target.first(where: isr.contains) else {
            throw MetadataError(
                .invalidReplicaAssignment,
                "Unable to move partition \(name):\(index) because none of the replicas is in sync.")
        }
        return PartitionChangeRecord {
            $0.partitionID = index
            $0.topicID = topic.id
            $0.replicas = target
            $0.isr = isr
            if !isr.contains(partition.leader) { $0.leader = first }
            $0.addingReplicas = []
            $0.removingReplicas = []
            if versions.hasDirectories {
                $0.directories = placement.directories(target, of: partition)
            }
        }
    }

    /// Forgets a broker that will not come back.
    func unregisterBroker(_ id: Int32) throws(MetadataError) {
        guard let broker = image.brokers[id] else {
            throw MetadataError(.brokerIDNotRegistered, "Broker ID \(id) is not currently registered")
        }
        guard !store.nodeIDs.contains(id) else {
            throw MetadataError(.invalidRequest, "Broker ID \(id) is the node that answers; it can't be unregistered")
        }
        let record = UnregisterBrokerRecord {
            $0.brokerID = id
            $0.brokerEpoch = broker.epoch
        }
        var records: [VersionedRecord] = []
        for topic in image.sortedTopics {
            for (index, partition) in topic.partitions.enumerated() where partition.isr.contains(id) {
                let isr = partition.isr.filter { $0 != id }
                // The last one in sync stays in the list: it alone has everything.
                guard !isr.isEmpty || partition.leader == id else { continue }
                let change = PartitionChangeRecord {
                    $0.partitionID = Int32(index)
                    $0.topicID = topic.id
                    if !isr.isEmpty { $0.isr = isr }
                    if partition.leader == id { $0.leader = isr.first { $0 == store.nodeID } ?? -1 }
                }
                records.append(VersionedRecord(change, versions.partitionChange))
            }
        }
        try commit(records + [VersionedRecord(record)])
    }

    /// What DescribeQuorum tells of the only voter.
    var quorumStatus: QuorumStatus {
        QuorumStatus(
            leaderEpoch: currentEpoch, highWatermark: endOffset, now: time,
            directoryID: quorum.kraftVersion > 0 ? store.directoryID : .zero)
    }
}

struct QuorumStatus: Sendable {
    var leaderEpoch: Int32
    var highWatermark: Int64
    var now: Int64
    /// Zero under kraft.version 0.
    var directoryID: KafkaUUID
}
