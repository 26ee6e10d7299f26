// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Where replicas may be: on the nodes that this process is, most often the only one there is.
struct Placement {
    let nodeIDs: ClosedRange<Int32>
    let liveNodes: [Int32]
    private let directory: (Int32) -> KafkaUUID
    /// Where the next topic's replicas begin, so that small topics are spread as well.
    private let start: Int

    init(_ store: MetadataStore) {
        let image = store.image
        nodeIDs = store.nodeIDs
        liveNodes = store.liveNodes
        start = image.topics.count
        directory = { [own = store.nodeID, ownDirectory = store.directoryID] id in
            id == own ? ownDirectory : image.brokers[id]?.registration.logDirs.first ?? .zero
        }
    }

    func check(replicationFactor: Int) throws(MetadataError) {
        guard replicationFactor > nodeIDs.count else { return }
        throw MetadataError(
            .invalidReplicationFactor,
            "The target replication factor of \(replicationFactor) cannot be reached because only "
                + "\(nodeIDs.count) broker(s) are registered.")
    }

    /// Spreads leaders and replicas over the nodes, those that are stopped last.
    func partitions(_ indexes: Range<Int>, replicationFactor: Int) -> [PartitionImage] {
        let stopped = nodeIDs.filter { !liveNodes.contains($0) }
        return indexes.map { index in
            let first = (start + index) % max(liveNodes.count, 1)
            let nodes = liveNodes[first...] + liveNodes[..<first] + stopped
            return partition(on: Array(nodes.prefix(replicationFactor)))
        }
    }

    /// - Throws: where none of the nodes is up.
    func partition(_ index: Int, on replicas: [Int32]) throws(MetadataError) -> PartitionImage {
        let partition = partition(on: replicas)
        guard partition.leader >= 0 else {
            throw MetadataError(
                .invalidReplicaAssignment,
                "All brokers specified in the manual partition assignment for partition \(index) are fenced or in "
                    + "controlled shutdown.")
        }
        return partition
    }

    private func partition(on replicas: [Int32]) -> PartitionImage {
        PartitionImage(
            newOn: replicas.map { ($0, directory($0)) }, inSync: replicas.filter(liveNodes.contains))
    }

    /// The directories of a partition's replicas, those of other machines as they were.
    func directories(_ replicas: [Int32], of partition: PartitionImage) -> [KafkaUUID] {
        replicas.map { replica in
            if nodeIDs.contains(replica) { return directory(replica) }
            let position = partition.replicas.firstIndex(of: replica)
            return position.flatMap { partition.directories.indices.contains($0) ? partition.directories[$0] : nil }
                ?? .zero
        }
    }

    /// Checks an assignment that a client made.
    func check(_ replicas: [Int32], replicationFactor: Int?) throws(MetadataError) {
        guard !replicas.isEmpty else {
            throw MetadataError(
                .invalidReplicaAssignment, "The manual partition assignment includes an empty replica list.")
        }
        var previous: Int32?
        for replica in replicas.sorted() {
            guard nodeIDs.contains(replica) else {
                throw MetadataError(
                    .invalidReplicaAssignment,
                    "The manual partition assignment includes broker \(replica), but no such broker is registered.")
            }
            guard replica != previous else {
                throw MetadataError(
                    .invalidReplicaAssignment,
                    "The manual partition assignment includes the broker \(replica) more than once.")
            }
            previous = replica
        }
        if let replicationFactor, replicas.count != replicationFactor {
            throw MetadataError(
                .invalidReplicaAssignment,
                "The manual partition assignment includes a partition with \(replicas.count) replica(s), but this is "
                    + "not consistent with previous partitions, which have \(replicationFactor) replica(s).")
        }
    }
}
