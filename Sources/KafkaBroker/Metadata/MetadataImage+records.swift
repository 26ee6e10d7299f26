// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

extension MetadataImage {
    /// The records of a snapshot: replayed into nothing, they make this image. Levels of features come first, since
    /// they say how the rest is to be read.
    func records() -> [VersionedRecord] {
        let versions = RecordVersions(metadataVersion: metadataVersion)
        var records: [VersionedRecord] = []
        func add(_ record: any MetadataRecord, _ version: Int16 = 0) {
            records.append(VersionedRecord(record, version))
        }
        func addFeature(_ name: String, _ level: Int16) {
            add(
                FeatureLevelRecord {
                    $0.name = name; $0.featureLevel = level
                })
        }
        if let level = features[Features.metadataVersion] { addFeature(Features.metadataVersion, level) }
        for (name, level) in features.sorted(by: { $0.key < $1.key }) where name != Features.metadataVersion {
            addFeature(name, level)
        }
        for (_, controller) in controllers.sorted(by: { $0.key < $1.key }) { add(controller) }
        for (_, broker) in brokers.sorted(by: { $0.key < $1.key }) { add(broker.registration, versions.registerBroker) }
        for topic in sortedTopics {
            add(
                TopicRecord {
                    $0.name = topic.name; $0.topicID = topic.id
                })
            for (index, partition) in topic.partitions.enumerated() {
                add(partition.record(topic.id, Int32(index), versions), versions.partition)
            }
        }
        let resources = configurations.sorted {
            ($0.key.kind.rawValue, $0.key.name) < ($1.key.kind.rawValue, $1.key.name)
        }
        for (resource, configs) in resources {
            for (name, value) in configs.sorted(by: { $0.key < $1.key }) {
                add(ConfigRecord(resource, name, value))
            }
        }
        for (entity, values) in quotas {
            for (key, value) in values.sorted(by: { $0.key < $1.key }) { add(ClientQuotaRecord(entity, key, value)) }
        }
        if nextProducerID > 0 {
            // Kafka, too, forgets in a snapshot who asked for the block.
            add(
                ProducerIdsRecord {
                    $0.brokerID = -1; $0.nextProducerID = nextProducerID
                })
        }
        for (_, entry) in acls.sorted(by: { $0.key < $1.key }) { add(entry) }
        for (_, credential) in scramCredentials.sorted(by: { $0.key < $1.key }) { add(credential) }
        for (_, token) in delegationTokens.sorted(by: { $0.key < $1.key }) { add(token) }
        return records
    }
}

extension PartitionImage {
    /// The record that makes this partition.
    func record(_ topicID: KafkaUUID, _ index: Int32, _ versions: RecordVersions) -> PartitionRecord {
        PartitionRecord {
            $0.partitionID = index
            $0.topicID = topicID
            $0.replicas = replicas
            $0.isr = isr
            $0.removingReplicas = removing
            $0.addingReplicas = adding
            $0.leader = leader
            $0.leaderRecoveryState = leaderRecoveryState
            $0.leaderEpoch = leaderEpoch
            $0.partitionEpoch = partitionEpoch
            if versions.hasDirectories { $0.directories = directories }
            if versions.hasEligibleLeaderReplicas {
                if !eligibleLeaderReplicas.isEmpty { $0.eligibleLeaderReplicas = eligibleLeaderReplicas }
                if !lastKnownELR.isEmpty { $0.lastKnownElr = lastKnownELR }
            }
        }
    }
}

extension ConfigRecord {
    /// Nil deletes.
    init(_ resource: ConfigResource, _ name: String, _ value: String?) {
        self.init {
            $0.resourceType = resource.kind.rawValue
            $0.resourceName = resource.name
            $0.name = name
            $0.value = value
        }
    }
}

extension ClientQuotaRecord {
    /// Nil removes.
    init(_ entity: QuotaEntity, _ key: String, _ value: Double?) {
        self.init {
            $0.entity = entity.parts.map { part in
                EntityData {
                    $0.entityType = part.type
                    $0.entityName = part.name
                }
            }
            $0.key = key
            $0.value = value ?? 0
            $0.remove = value == nil
        }
    }
}
