// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A topic as a broker describes it.
public struct TopicMetadata: Sendable, Hashable {
    /// The topic's name; empty if it was asked for by an id that the broker does not know.
    public var name: String
    /// Zero from brokers before Kafka 2.8.
    public var topicID: KafkaUUID
    /// Whether it is Kafka's own, such as `__consumer_offsets`.
    public var isInternal: Bool
    /// Why the broker could not describe it; `.none` usually.
    public var error: ErrorCode
    /// Sorted by index, each once, whatever the broker says.
    public var partitions: [PartitionMetadata]
    /// A bit field; `Int32.min` if it was not asked for.
    public var authorizedOperations: Int32

    init(_ topic: MetadataResponse.Topic) {
        name = topic.name ?? ""
        topicID = topic.topicID
        isInternal = topic.isInternal
        error = topic.errorCode
        partitions = topic.partitions.lazy.filter { $0.partitionIndex >= 0 }.map(PartitionMetadata.init)
            .sorted { $0.partition < $1.partition }
        if zip(partitions, partitions.dropFirst()).contains(where: { $0.partition == $1.partition }) {
            partitions = partitions.reduce(into: []) { if $0.last?.partition != $1.partition { $0.append($1) } }
        }
        authorizedOperations = topic.topicAuthorizedOperations
    }

    /// The partition of this index, nil if there is none.
    public func partition(_ index: Int32) -> PartitionMetadata? {
        // Indexes count up from zero without gaps, so that this finds it at once.
        if partitions.indices.contains(Int(index)), partitions[Int(index)].partition == index {
            return partitions[Int(index)]
        }
        return partitions.first { $0.partition == index }
    }
}

/// A partition as a broker describes it.
public struct PartitionMetadata: Sendable, Hashable {
    /// The partition's index, from 0.
    public var partition: Int32
    /// Nil while there is none.
    public var leader: Int32?
    /// -1 from brokers before Kafka 2.1.
    public var leaderEpoch: Int32
    /// The brokers that are to have a replica; the first is the preferred leader.
    public var replicas: [Int32]
    /// Those of the replicas that are in sync.
    public var isr: [Int32]
    /// Those of the replicas that can't be reached, or whose disk has failed.
    public var offlineReplicas: [Int32]
    /// Why the partition can't be used; `.none` usually.
    public var error: ErrorCode

    init(_ partition: MetadataResponse.Partition) {
        self.partition = partition.partitionIndex
        leader = partition.leaderID < 0 ? nil : partition.leaderID
        leaderEpoch = partition.leaderEpoch
        replicas = partition.replicaNodes
        isr = partition.isrNodes
        offlineReplicas = partition.offlineReplicas
        error = partition.errorCode
    }
}

/// A broker as the cluster advertises it.
public struct Broker: Sendable, Hashable {
    /// The broker's `node.id`.
    public var id: Int32
    /// Where its listener is, as it advertises it.
    public var address: BrokerAddress
    /// Where the broker is (`broker.rack`); nil if it does not say.
    public var rack: String?
    /// A name or an address, without brackets.
    public var host: String { address.host }
    /// From 1 to 65535, if the broker is right.
    public var port: Int { address.port }
}
