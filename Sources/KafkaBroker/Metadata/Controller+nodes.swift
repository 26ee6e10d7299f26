// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Stopping and starting one of several nodes, as a cluster would tell of it.
extension Controller {
    /// Fences a node: it leaves the replicas in sync, and others lead what it led. The last one in sync stays in the list,
    /// and its partition has no leader.
    /// - Throws: for a node that isn't one of these, is stopped, or is the last that is up.
    func stopNode(_ id: Int32) throws(MetadataError) {
        let live = store.liveNodes
        try checkNode(id)
        guard live.contains(id) else { throw MetadataError(.invalidRequest, "Node \(id) is stopped already.") }
        guard live.count > 1 else {
            throw MetadataError(
                .invalidRequest, "Node \(id) is the last one that is up; stop the broker, or start another node first.")
        }
        let rest = live.filter { $0 != id }
        try commit(
            [fencing(id, 1)]
                + changes { partition, change in
                    guard partition.isr.contains(id) || partition.leader == id else { return false }
                    let isr = partition.isr.filter { $0 != id }
                    if !isr.isEmpty { change.isr = isr }
                    if partition.leader == id {
                        change.leader = partition.replicas.first { isr.contains($0) && rest.contains($0) } ?? -1
                    }
                    return !isr.isEmpty || partition.leader == id
                })
    }

    /// Unfences a node: it is in sync at once, and leads what has no leader. What others lead stays theirs until
    /// preferred leaders are elected.
    func startNode(_ id: Int32) throws(MetadataError) {
        try checkNode(id)
        guard !store.liveNodes.contains(id) else { throw MetadataError(.invalidRequest, "Node \(id) is up already.") }
        try commit(
            [fencing(id, -1)]
                + changes { partition, change in
                    guard partition.replicas.contains(id) else { return false }
                    // Without a leader, who isn't in sync can't come in.
                    let canJoin = partition.leader >= 0 && !partition.isr.contains(id)
                    let leads = partition.leader < 0 && partition.isr.contains(id)
                    if canJoin { change.isr = partition.isr + [id] }
                    if leads {
                        change.leader = id
                        let live = store.liveNodes
                        change.isr =
                            partition.isr
                            + partition.replicas.filter {
                                live.contains($0) && !partition.isr.contains($0)
                            }
                    }
                    return canJoin || leads
                })
    }

    private func checkNode(_ id: Int32) throws(MetadataError) {
        guard store.nodeIDs.contains(id) else {
            throw MetadataError(
                .invalidRequest,
                "There is no node \(id); there are \(store.nodeIDs.map { String($0) }.joined(separator: ", ")).")
        }
    }

    private func fencing(_ id: Int32, _ fenced: Int8) -> VersionedRecord {
        VersionedRecord(
            BrokerRegistrationChangeRecord {
                $0.brokerID = id
                $0.brokerEpoch = image.brokers[id]?.epoch ?? -1
                $0.fenced = fenced
            })
    }

    /// - Parameter change: fills the record in; false where the partition stays as it is.
    private func changes(
        _ change: (PartitionImage, inout PartitionChangeRecord) -> Bool
    ) -> [VersionedRecord] {
        let versions = versions
        return image.sortedTopics.flatMap { topic in
            topic.partitions.enumerated().compactMap { index, partition in
                var record = PartitionChangeRecord()
                record.partitionID = Int32(index)
                record.topicID = topic.id
                return change(partition, &record) ? VersionedRecord(record, versions.partitionChange) : nil
            }
        }
    }
}

extension MetadataStore {
    /// The nodes of this process that are up, by id.
    var liveNodes: [Int32] {
        guard nodeIDs.count > 1 else { return [nodeID] }
        let image = image
        return nodeIDs.filter { image.brokers[$0]?.isFenced == false }
    }

    /// The node that clients are told to be the controller.
    var controllerID: Int32 { nodeIDs.count > 1 ? liveNodes.first ?? nodeID : nodeID }

    /// Whether a replica is on a node that is down, or on another machine.
    func isOffline(_ replica: Int32) -> Bool {
        nodeIDs.count > 1 ? !liveNodes.contains(replica) : replica != nodeID
    }
}
