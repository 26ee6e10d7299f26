// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Synchronization

/// Where the rest of the broker finds the metadata; only the controller changes it.
final class MetadataStore: Sendable {
    /// Of the metadata log.
    static let topicName = TopicName.metadata

    let clusterID: String
    /// Of the data directory.
    let directoryID: KafkaUUID
    let nodeID: Int32
    /// The nodes that this process is: its own, and for tests more of them behind it.
    let nodeIDs: ClosedRange<Int32>
    /// Of the quorum (KIP-853); one voter never changes it.
    let kraftVersion: Int16

    private let current: Mutex<(image: MetadataImage, configuration: BrokerConfiguration)>

    init(
        clusterID: String, directoryID: KafkaUUID, nodeID: Int32, kraftVersion: Int16, image: MetadataImage,
        configuration: BrokerConfiguration, nodeCount: Int32 = 1
    ) {
        self.clusterID = clusterID
        self.directoryID = directoryID
        self.nodeID = nodeID
        nodeIDs = nodeID...nodeID.addingSaturating(max(nodeCount, 1) - 1)
        self.kraftVersion = kraftVersion
        current = Mutex((image, configuration))
    }

    /// The newest image. Any thread may ask; nobody waits for the disk.
    var image: MetadataImage { current.withLock { $0.image } }

    /// The offset at which this broker registered; -1 until it has.
    var brokerEpoch: Int64 { image.brokers[nodeID]?.epoch ?? -1 }

    /// The broker's configuration, with the dynamic ones of the newest image.
    var configuration: BrokerConfiguration { current.withLock { $0.configuration } }

    func set(_ image: MetadataImage, _ configuration: BrokerConfiguration) {
        current.withLock { $0 = (image, configuration) }
    }
}
