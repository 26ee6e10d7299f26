// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The records with which the node presents itself after a start: as a controller, as a broker, and ready to lead.
struct Registration {
    var nodeID: Int32
    var directoryID: KafkaUUID
    var endpoints: BrokerEndpoints
    /// As the log was found.
    var image: MetadataImage
    private let incarnationID = KafkaUUID.random()

    init(nodeID: Int32, directoryID: KafkaUUID, endpoints: BrokerEndpoints, image: MetadataImage) {
        self.nodeID = nodeID
        self.directoryID = directoryID
        self.endpoints = endpoints
        self.image = image
    }

    private var versions: RecordVersions { RecordVersions(metadataVersion: image.metadataVersion) }

    /// What is supported, and what the directory has beyond it.
    private var features: [SupportedFeature] {
        SupportedFeatures.inDirectory(with: image.features)
    }

    /// Nil below metadata.version 3.7-IV0, which has no such record. The controller has no listener of its own.
    var controller: VersionedRecord? {
        guard versions.hasControllerRegistration else { return nil }
        let record = RegisterControllerRecord {
            $0.controllerID = nodeID
            $0.incarnationID = .random()
            $0.features = features.map { feature in
                RegisterControllerRecord.ControllerFeature {
                    $0.name = feature.name
                    $0.minSupportedVersion = feature.minimum
                    $0.maxSupportedVersion = feature.maximum
                }
            }
        }
        return VersionedRecord(record)
    }

    /// - Parameter epoch: the offset that the record will have.
    func broker(epoch: Int64) -> VersionedRecord {
        let record = RegisterBrokerRecord {
            $0.brokerID = nodeID
            $0.incarnationID = incarnationID
            $0.brokerEpoch = epoch
            $0.rack = endpoints.rack
            $0.fenced = true
            if versions.hasDirectories { $0.logDirs = [directoryID] }
            $0.endPoints = endpoints.listeners.map { listener in
                RegisterBrokerRecord.BrokerEndpoint {
                    $0.name = listener.name
                    $0.host = listener.endpoint.host
                    $0.port = UInt16(clamping: listener.endpoint.port)
                    $0.securityProtocol = listener.endpoint.securityProtocol.rawValue
                }
            }
            $0.features = features.map { feature in
                RegisterBrokerRecord.BrokerFeature {
                    $0.name = feature.name
                    $0.minSupportedVersion = feature.minimum
                    $0.maxSupportedVersion = feature.maximum
                }
            }
        }
        return VersionedRecord(record, versions.registerBroker)
    }

    /// Unfences the broker and makes it the leader of what it has in sync.
    ///
    /// Each partition's leader epoch grows by one, where Kafka's grows by two: it also notes in between, at the
    /// controlled shutdown or when the broker registers anew, that there is no leader. Nobody sees that here.
    func unfencing(_ image: MetadataImage) -> [VersionedRecord] {
        guard let broker = image.brokers[nodeID] else { return [] }
        let change = BrokerRegistrationChangeRecord {
            $0.brokerID = nodeID
            $0.brokerEpoch = broker.epoch
            $0.fenced = -1
        }
        var records = [VersionedRecord(change)]
        for topic in image.sortedTopics {
            for (index, partition) in topic.partitions.enumerated() {
                if let record = election(topic, Int32(index), partition) { records.append(record) }
            }
        }
        return records
    }

    /// Nil for a partition that this node can't lead.
    private func election(_ topic: TopicImage, _ index: Int32, _ partition: PartitionImage) -> VersionedRecord? {
        guard canLead(partition) else { return nil }
        let record = PartitionChangeRecord {
            $0.partitionID = index
            $0.topicID = topic.id
            $0.leader = nodeID
            if !partition.isr.contains(nodeID) { $0.isr = partition.isr + [nodeID] }
            if partition.eligibleLeaderReplicas.contains(nodeID) {
                $0.eligibleLeaderReplicas = partition.eligibleLeaderReplicas.filter { $0 != nodeID }
            }
            if !partition.lastKnownELR.isEmpty { $0.lastKnownElr = [] }
            $0.directories = assignedDirectories(partition)
        }
        return VersionedRecord(record, versions.partitionChange)
    }

    /// In sync, or eligible although it is not, or the last that is known to have led (KIP-966).
    private func canLead(_ partition: PartitionImage) -> Bool {
        partition.isr.contains(nodeID) || partition.eligibleLeaderReplicas.contains(nodeID)
            || partition.isr.isEmpty && partition.eligibleLeaderReplicas.isEmpty && partition.lastKnownELR == [nodeID]
    }

    /// The directories of the replicas with this node's filled in; nil if they are fine as they are.
    private func assignedDirectories(_ partition: PartitionImage) -> [KafkaUUID]? {
        guard versions.hasDirectories, let own = partition.replicas.firstIndex(of: nodeID) else { return nil }
        var directories = partition.directories
        while directories.count < partition.replicas.count { directories.append(.zero) }
        guard directories[own] == .zero else { return nil }
        directories[own] = directoryID
        return directories
    }
}
