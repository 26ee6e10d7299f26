// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A topic as a broker describes it.
public struct TopicMetadata: Sendable, Hashable {
    public var name: String
    /// Zero from brokers before Kafka 2.8.
    public var topicID: KafkaUUID
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

public struct PartitionMetadata: Sendable, Hashable {
    public var partition: Int32
    /// Nil while there is none.
    public var leader: Int32?
    /// -1 from brokers before Kafka 2.1.
    public var leaderEpoch: Int32
    public var replicas: [Int32]
    public var isr: [Int32]
    public var offlineReplicas: [Int32]
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
    public var id: Int32
    public var address: BrokerAddress
    public var rack: String?
    public var host: String { address.host }
    public var port: Int { address.port }
}
