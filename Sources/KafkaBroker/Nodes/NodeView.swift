// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What one of several nodes of this process knows of itself and the others, where there are several: for tests. They have
/// one store, so that a node that doesn't lead could answer; it refuses, as it would in a cluster.
struct NodeView: Sendable {
    /// Nil for the process's own calls, for which every node is the right one.
    let id: Int32?
    let store: MetadataStore
    /// Of every node, the stopped ones too.
    let endpoints: [Int32: BrokerEndpoints]
    let nodes: NodeSwitch

    func leads(_ partition: Partition) -> Bool {
        guard let id else { return true }
        return image(of: partition)?.leader == id
    }

    func hasReplica(of partition: Partition) -> Bool {
        guard let id else { return true }
        return image(of: partition)?.replicas.contains(id) ?? false
    }

    func inSyncCount(_ partition: Partition) -> Int { image(of: partition)?.isr.count ?? 0 }

    /// Who leads a partition, and in which epoch.
    func leader(of partition: Partition) -> (id: Int32, epoch: Int32) {
        let image = image(of: partition)
        return (image?.leader ?? -1, image?.leaderEpoch ?? -1)
    }

    private func image(of partition: Partition) -> PartitionImage? {
        store.image.partition(partition.topicPartition.topic, partition.topicPartition.partition)
    }

    /// Where clients of the connection's kind reach a node.
    func endpoint(of id: Int32, _ connection: ConnectionInfo) -> BrokerEndpoints.Endpoint? {
        // A node has one listener.
        endpoints[id]?.endpoint(listenerName: "", localHost: connection.localHost)
    }

    /// The node that leads the coordinators' partition of a key; nil where none does.
    func coordinator(of key: String, in topic: String) -> Int32? {
        guard let partitions = store.image.topic(topic)?.partitions, !partitions.isEmpty else { return nil }
        let leader = partitions[Int(JavaString.partition(of: key, count: Int32(partitions.count)))].leader
        return leader < 0 ? nil : leader
    }

    /// Whether the node coordinates a group or a transactional id.
    func coordinates(_ key: String, in topic: String) -> Bool { id == nil || coordinator(of: key, in: topic) == id }
}
