// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol

extension Controller {
    /// Opens the metadata of a data directory, makes it if the directory is new, and replays it; blocks on the disk.
    /// - Parameter clusterID: for a new directory; random by default.
    /// - Throws: `MetadataError`, with what is wrong and where.
    static func open(
        directory: LogDirectory, configuration: BrokerConfiguration, clusterID: String? = nil,
        now: @escaping @Sendable () -> Int64
    ) throws(MetadataError) -> Controller {
        let meta = try identity(of: directory, configuration, clusterID)
        let configuration = configuration.with(nodeID: meta.nodeID)
        var draft = MetadataDraft(.empty)
        let log = try MetadataLog(
            dataDirectory: directory.path, nodeID: meta.nodeID, directoryID: meta.directoryID,
            configuration: configuration, now: now(), replayingInto: &draft)
        try checkLevels(draft.visible.image, directory.path)
        let image = draft.visible.image
        let store = MetadataStore(
            clusterID: meta.clusterID, directoryID: meta.directoryID, nodeID: meta.nodeID,
            kraftVersion: log.quorum.kraftVersion, image: image,
            configuration: configuration.applying(image))
        return Controller(
            store: store, log: log, dataDirectory: directory.path, unfinished: draft, now: now)
    }

    /// What meta.properties says, completed and written if it is new.
    private static func identity(
        of directory: LogDirectory, _ configuration: BrokerConfiguration, _ clusterID: String?
    ) throws(MetadataError) -> (clusterID: String, directoryID: KafkaUUID, nodeID: Int32) {
        do throws(LogError) {
            let path = directory.path + "/meta.properties"
            let found = try directory.readMetaProperties()
            var meta = found ?? MetaProperties(clusterID: nil, nodeID: nil, directoryID: nil)
            guard meta.version == 1 else {
                throw LogError(
                    .kafkaStorageError,
                    "\(path) is of a cluster with ZooKeeper; migrate it to KRaft with Apache Kafka 3.9 first")
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

    /// Refuses a directory whose levels a newer Kafka raised beyond what is known here, as Kafka does.
    private static func checkLevels(_ image: MetadataImage, _ path: String) throws(MetadataError) {
        let known = SupportedFeatures.tolerated + SupportedFeatures.all
        for (name, level) in image.features.sorted(by: { $0.key < $1.key }) {
            guard let feature = known.first(where: { $0.name == name }) else {
                throw MetadataError(
                    .unsupportedVersion,
                    "\(path) uses the feature \(name), which is unknown here; a newer Kafka made it")
            }
            guard (feature.minimum...feature.maximum).contains(level) else {
                throw MetadataError(
                    .unsupportedVersion,
                    "\(path) is at \(name) \(level); supported are \(feature.minimum) to \(feature.maximum)")
            }
        }
    }
}
