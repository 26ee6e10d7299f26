// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

/// A topic that is about to be.
struct NewTopic {
    var name: String
    var id: KafkaUUID
    /// By index.
    var partitions: [PartitionImage]
    var configs: [String: String]

    /// The topic, its configurations, and its partitions, in Kafka's order.
    func records(_ versions: RecordVersions) -> [VersionedRecord] {
        var records: [VersionedRecord] = []
        records.reserveCapacity(1 + configs.count + partitions.count)
        records.append(
            VersionedRecord(
                TopicRecord {
                    $0.name = name; $0.topicID = id
                }))
        for (key, value) in configs.sorted(by: { $0.key < $1.key }) {
            records.append(VersionedRecord(ConfigRecord(ConfigResource(.topic, name), key, value)))
        }
        for (index, partition) in partitions.enumerated() {
            records.append(VersionedRecord(partition.record(id, Int32(index), versions), versions.partition))
        }
        return records
    }

    func answer(_ configs: [CreateTopicsResponse.Config]) -> CreateTopicsResponse.Topic {
        CreateTopicsResponse.Topic {
            $0.name = name
            $0.topicID = id
            $0.errorMessage = nil
            $0.numPartitions = Int32(partitions.count)
            $0.replicationFactor = Int16(clamping: partitions.first?.replicas.count ?? -1)
            $0.configs = configs
        }
    }
}

/// The configurations that answers list (KIP-525): the same for all topics of a request that ask for the same.
struct NewTopicDescriptions {
    let configuration: BrokerConfiguration
    private var known: [[String: String]: [CreateTopicsResponse.Config]] = [:]

    init(configuration: BrokerConfiguration) { self.configuration = configuration }

    mutating func of(_ configs: [String: String]) -> [CreateTopicsResponse.Config] {
        if let found = known[configs] { return found }
        let list = configuration.describeTopic(configs).map { entry in
            CreateTopicsResponse.Config {
                $0.name = entry.name
                $0.value = entry.value
                $0.readOnly = entry.readOnly
                $0.configSource = entry.configSource
                $0.isSensitive = entry.isSensitive
            }
        }
        known[configs] = list
        return list
    }
}

extension PartitionImage {
    init(newOn nodeID: Int32, directoryID: KafkaUUID) {
        self.init(newOn: [(nodeID, directoryID)], inSync: [nodeID])
    }

    /// - Parameters:
    ///   - replicas: the nodes, the preferred leader first, and their directories.
    ///   - isr: those that are up, the leader first.
    init(newOn replicas: [(node: Int32, directory: KafkaUUID)], inSync isr: [Int32]) {
        leader = isr.first ?? -1
        leaderEpoch = 0
        partitionEpoch = 0
        self.replicas = replicas.map(\.node)
        self.isr = isr
        directories = replicas.map(\.directory)
    }
}

extension CreateTopicsResponse.Topic {
    static func failure(_ name: String, _ error: MetadataError) -> Self {
        Self {
            $0.name = name
            $0.errorCode = error.code
            $0.errorMessage = error.answer
        }
    }
}

/// Which names new topics may have, those of the same request considered.
struct NewTopicNames {
    let image: MetadataImage
    private var seen: Set<String> = []
    /// By what colliding names have in common.
    private var taken: [String: String] = [:]

    init(image: MetadataImage) { self.image = image }

    mutating func isFirst(_ name: String) -> Bool { seen.insert(name).inserted }

    func check(_ name: String) throws(MetadataError) {
        guard name != TopicName.metadata else {
            throw MetadataError(.invalidRequest, "Creation of internal topic \(name) is prohibited.")
        }
        if let complaint = TopicName.complaint(name) { throw MetadataError(.invalidTopicException, complaint) }
        guard image.topic(name) == nil else {
            throw MetadataError(.topicAlreadyExists, "Topic '\(name)' already exists.")
        }
        guard TopicName.mayCollide(name) else { return }
        let unified = TopicName.unified(name)
        if let other = image.state.collidingNames[unified]?.first ?? taken[unified] {
            throw MetadataError(.invalidTopicException, "Topic '\(name)' collides with existing topic: \(other)")
        }
    }

    mutating func take(_ name: String) {
        if TopicName.mayCollide(name) { taken[TopicName.unified(name)] = name }
    }
}
