// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// A topic as a producer writes to it: a handle, so that no record looks up a name.
///
/// `open` is touched only under the lock of the producer that made the handle; everything else is constant. Hence
/// unchecked.
public final class ProducerTopic: @unchecked Sendable {
    public let name: String
    public let topicID: KafkaUUID
    public let partitionCount: Int32
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
        partitionCount = Int32(metadata.partitions.count)
        self.index = index
        self.owner = owner
        open = .allocate(capacity: 1)
        open.initialize(to: OpenTopic(partitionCount: metadata.partitions.count))
    }

    deinit {
        open.deinitialize(count: 1)
        open.deallocate()
    }

    /// Only under the producer's lock.
    func partition(_ index: Int32) -> UnsafeMutablePointer<OpenPartition> {
        let partitions = open.pointee.partitions
        precondition(partitions.indices.contains(Int(index)))
        return partitions.baseAddress! + Int(index)
    }
}
