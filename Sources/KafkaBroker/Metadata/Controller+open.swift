// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol

extension Controller {
    /// Opens the metadata of a data directory, makes it if the directory is new, and replays it; blocks on the disk.
    /// - Parameter clusterID: for a new directory; random by default.
    /// - Throws: `MetadataError`, with what is wrong and where.
    static func open(
        directory: LogDirectory, configuration: BrokerConfiguration, clusterID: String? = nil,
        nodeCount: Int32 = 1, now: @escaping @Sendable () -> Int64
    ) throws(MetadataError) -> Controller {
        let meta = try identity(of: directory, configuration, clusterID)
        let configuration = configuration.with(nodeID: meta.nodeID)
        var draft = MetadataDraft(.empty)
        let log = try MetadataLog(
            dataDirectory: directory.path, nodeID: meta.nodeID,
            configuration: configuration, knownEnd: try KnownEnd(directory).offset, now: now(),
            replayingInto: &draft)
        let image = draft.visible.image
        try SupportedFeatures.check(image.features.sorted { $0.key < $1.key }, in: directory.path)
        try checkNode(image, meta.nodeID, meta.directoryID, directory.path)
        let store = MetadataStore(
            clusterID: meta.clusterID, directoryID: meta.directoryID, nodeID: meta.nodeID,
            kraftVersion: log.quorum.kraftVersion, image: image,
            configuration: configuration.applying(image), nodeCount: nodeCount)
        return Controller(
            store: store, log: log, dataDirectory: directory.path, unfinished: draft, now: now)
    }

    /// Refuses a meta.properties whose node.id was changed: all partitions would be another node's.
    private static func checkNode(
        _ image: MetadataImage, _ nodeID: Int32, _ directoryID: KafkaUUID, _ path: String
    ) throws(MetadataError) {
        guard image.brokers[nodeID] == nil,
            let owner = image.brokers.values.first(where: { $0.registration.logDirs.contains(directoryID) })
        else { return }
        throw MetadataError(
            .kafkaStorageError,
            "\(path)/meta.properties says node.id=\(nodeID), but the metadata beside it knows the directory as that of "
                + "node \(owner.id); write node.id=\(owner.id) there")
    }

    /// What meta.properties says, completed and written if it is new.
    private static func identity(
        of directory: LogDirectory, _ configuration: BrokerConfiguration, _ clusterID: String?
    ) throws(MetadataError) -> (clusterID: String, directoryID: KafkaUUID, nodeID: Int32) {
        do throws(LogError) {
            let path = directory.path + "/meta.properties"
            let found = try directory.readMetaProperties()
            if found == nil, try holdsData(directory) {
                throw LogError(
                    .kafkaStorageError,
                    "\(path) is missing, but the directory holds partitions. \(StorageAdvice.text(of: directory.path))")
            }
            var meta = found ?? MetaProperties(clusterID: nil, nodeID: nil, directoryID: nil)
            guard meta.version == 1 else {
                throw LogError(
                    .kafkaStorageError,
                    "\(path) is of a cluster with ZooKeeper; migrate it to KRaft with Apache Kafka 3.9 first")
            }
            if found != nil, meta.clusterID == nil || meta.nodeID == nil {
                throw LogError(
                    .kafkaStorageError,
                    "\(path) is damaged: it has no \(meta.clusterID == nil ? "cluster.id" : "node.id"). "
                        + StorageAdvice.text(of: directory.path))
            }
            if let stored = meta.nodeID, let wanted = configuration.explicitNodeID, stored != wanted {
                throw LogError(
                    .kafkaStorageError,
                    "\(path) belongs to node \(stored), and node.id is \(wanted); set node.id=\(stored)")
            }
            if let stored = meta.clusterID, let clusterID, stored != clusterID {
                throw LogError(
                    .inconsistentClusterID, "\(path) belongs to the cluster \(stored) and not to \(clusterID)")
            }
            meta.nodeID = meta.nodeID ?? configuration.nodeID
            meta.clusterID = meta.clusterID ?? clusterID ?? KafkaUUID.random().description
            meta.directoryID = meta.directoryID ?? KafkaUUID.random()
            if meta != found { try directory.write(meta) }
            return (meta.clusterID!, meta.directoryID!, meta.nodeID!)
        } catch {
            throw MetadataError(error)
        }
    }

    /// Whether somebody has used the directory; a format that was interrupted leaves a first snapshot alone.
    private static func holdsData(_ directory: LogDirectory) throws(LogError) -> Bool {
        for partition in try directory.partitions() where partition.kind == .current {
            let isUsed =
                try partition.byteCount() > 0 || SnapshotID.all(in: partition.path).contains { $0.offset > 0 }
            if isUsed { return true }
        }
        return false
    }
}
