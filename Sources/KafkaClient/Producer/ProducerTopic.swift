// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol
internal import Synchronization

/// A topic as a producer writes to it: a handle, so that no record looks up a name.
///
/// `open` is touched only under the lock of the producer that made the handle; everything else is constant or atomic.
/// Hence unchecked.
public final class ProducerTopic: @unchecked Sendable {
    /// The topic's name.
    public let name: String
    /// Zero from brokers before Kafka 2.8.
    public let topicID: KafkaUUID
    private let count: Atomic<Int32>
    /// The topic's place in the producer's table.
    let index: Int
    /// The producer that the handle belongs to.
    let owner: ObjectIdentifier
    /// The open batches: in memory of their own, where appending a record costs neither a check for exclusive access
    /// nor a reference count.
    let open: UnsafeMutablePointer<OpenTopic>

    init(_ metadata: TopicMetadata, index: Int, owner: ObjectIdentifier) {
        name = metadata.name
        topicID = metadata.topicID
        count = Atomic(Int32(metadata.partitions.count))
        self.index = index
        self.owner = owner
        open = .allocate(capacity: 1)
        open.initialize(to: OpenTopic(partitionCount: metadata.partitions.count))
    }

    deinit {
        open.deinitialize(count: 1)
        open.deallocate()
    }

    /// As far as the producer knows; it looks anew every `metadata.max.age.ms`, and when something is amiss.
    public var partitionCount: Int32 { count.load(ordering: .relaxed) }

    /// Partitions were added, or the topic was made anew. Only under the producer's lock.
    func resize(to count: Int) {
        open.pointee.resize(to: count)
        self.count.store(Int32(count), ordering: .relaxed)
    }

    /// Only under the producer's lock.
    func partition(_ index: Int32) -> UnsafeMutablePointer<OpenPartition> {
        let partitions = open.pointee.partitions
        precondition(partitions.indices.contains(Int(index)))
        return partitions.baseAddress! + Int(index)
    }
}
