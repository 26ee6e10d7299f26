// SPDX-License-Identifier: Apache-2.0

package import KafkaLog
package import KafkaProtocol

/// What is wrong with a data directory's own files, those that say which topics there are and whose their records are;
/// `kafka storage check` prints it, `kafka storage repair` mends it. Nothing is changed by looking.
package struct StorageCheck {
    package struct Finding: Sendable {
        /// File, place and reason.
        package var problem: String
        /// What a repair does.
        package var remedy: String
        /// Whether something is gone afterwards that was said or stored before.
        package var isLoss: Bool
        var action: Action
    }

    /// What mends a finding.
    enum Action: Sendable {
        case metadata
        case identity(MetaProperties)
        case removeFile(String)
        case setAside(PartitionDirectory)
        case topicID(KafkaUUID, directory: String)
    }

    package private(set) var findings: [Finding] = []
    /// The ids of some topics, if there are so many.
    package func topicIDs(_ count: Int) -> [KafkaUUID] { salvage.image.sortedTopics.prefix(count).map(\.id) }

    let directory: LogDirectory
    let salvage: MetadataSalvage

    package init(_ directory: LogDirectory) throws {
        self.directory = directory
        let metadata = "\(directory.path)/\(KnownEnd.partition)"
        salvage = try MetadataSalvage(metadata)
        let partitions = try directory.partitions()
        checkCheckpoints()
        try checkMetadata(metadata)
        checkQuorumState(metadata)
        try checkIdentity(partitions)
        try checkPartitions(partitions)
    }

    private mutating func add(_ problem: String, _ remedy: String, isLoss: Bool = false, _ action: Action) {
        findings.append(Finding(problem: problem, remedy: remedy, isLoss: isLoss, action: action))
    }

    private mutating func checkCheckpoints() {
        for kind in CheckpointKind.allCases {
            do throws(LogError) { _ = try directory.readCheckpoint(kind) } catch {
                let isLoss = kind == .logStartOffset
                let remedy =
                    isLoss
                    ? "it is removed; records that were deleted with kafka delete-records may come back"
                    : "it is removed; the next start looks for itself"
                add(error.message, remedy, isLoss: isLoss, .removeFile("\(directory.path)/\(kind.rawValue)"))
            }
        }
    }

    private mutating func checkMetadata(_ path: String) throws {
        let snapshots = SnapshotID.all(in: path)
        let knownEnd = (try? KnownEnd(directory).offset) ?? 0
        let lost = try salvage.lost(knownEnd: knownEnd)
        var problem = try salvage.scan.problem(path, snapshots: snapshots, knownEnd: knownEnd)
        if problem == nil, let bad = salvage.unreadable.first { problem = bad.reason }
        if problem == nil, let run = salvage.scan.runs.first, run.start > 0, salvage.snapshot == nil {
            problem = "\(path) has no snapshot of what came before offset \(run.start)"
        }
        guard let problem else { return }
        let kept =
            salvage.end == 0
            ? "the metadata begins anew" : "the metadata is as it was up to offset \(salvage.end - 1)"
        let remedy = lost.isEmpty ? "\(kept): nothing is lost" : "\(kept); lost are \(lost.text)"
        add(problem, remedy, isLoss: !lost.isEmpty || salvage.end == 0, .metadata)
    }

    private mutating func checkQuorumState(_ path: String) {
        let file = "\(path)/\(QuorumState.fileName)"
        do throws(MetadataError) {
            let state = try QuorumState.read(path)
            guard let state, state.version > 0, salvage.quorum.kraftVersion == 0, salvage.end > 0 else { return }
            add(
                "\(file) is of a quorum that keeps its voters itself, and they are missing",
                "it is removed; the quorum is one of configured voters then (kraft.version 0)", isLoss: true,
                .removeFile(file))
        } catch {
            add(
                "\(file) is damaged: it names no leaderEpoch", "it is removed; the log tells the epoch",
                .removeFile(file))
        }
    }

    private mutating func checkIdentity(_ partitions: [PartitionDirectory]) throws {
        let path = "\(directory.path)/meta.properties"
        var found: MetaProperties?
        var problem: String?
        do throws(LogError) { found = try directory.readMetaProperties() } catch { problem = error.message }
        let brokers = salvage.image.brokers.values
        let owner =
            brokers.first { found?.directoryID.map($0.registration.logDirs.contains) ?? false }
            ?? (brokers.count == 1 ? brokers.first : nil)
        if found == nil, problem == nil {
            let holdsRecords = try partitions.contains { try $0.byteCount() > 0 }
            guard salvage.end > 0 || holdsRecords else { return }
            problem = "\(path) is missing"
        } else if let found, found.clusterID == nil || found.nodeID == nil {
            problem = "\(path) is damaged: it has no \(found.clusterID == nil ? "cluster.id" : "node.id")"
        } else if let found, let owner, salvage.image.brokers[found.nodeID ?? -1] == nil, found.nodeID != owner.id {
            problem = "\(path) says node.id=\(found.nodeID ?? -1), but the metadata is node \(owner.id)'s"
        }
        guard let problem else { return }
        var meta = found ?? MetaProperties(clusterID: nil, nodeID: nil, directoryID: nil)
        meta.version = 1
        meta.nodeID = owner?.id ?? meta.nodeID ?? 1
        meta.directoryID = meta.directoryID ?? owner?.registration.logDirs.first ?? .random()
        let isLoss = meta.clusterID == nil
        let cluster = meta.clusterID.map { "cluster \($0)" } ?? "a new cluster id, unless --cluster-id says the old one"
        add(
            problem, "it is written anew, with node \(meta.nodeID ?? 1) and \(cluster)", isLoss: isLoss, .identity(meta)
        )
    }

    private mutating func checkPartitions(_ partitions: [PartitionDirectory]) throws {
        let (image, removed) = (salvage.image, RemovedTopics(dataDirectory: directory.path))
        for lost in try UnknownPartitions(partitions, image, removed).lost() {
            add(
                "\(lost.path) with \(try lost.byteCount()) bytes of records is not in the metadata",
                "it is kept, with a name that ends in -stray, which neither this broker nor Kafka's looks at",
                isLoss: true,
                .setAside(lost))
        }
        for partition in partitions where partition.kind == .current {
            guard let topic = image.topic(partition.topicPartition.topic),
                image.partition(topic.name, partition.topicPartition.partition) != nil
            else { continue }
            let file = PartitionDirectory.metadataPath(partition.path)
            let action = Action.topicID(topic.id, directory: partition.path)
            do throws(LogError) {
                guard let id = try PartitionDirectory.topicID(in: partition.path), id != topic.id,
                    try !UnknownPartitions.mayGiveWay(partition, removed)
                else { continue }
                add(
                    "\(file) names the topic \(id), which there never was",
                    "it gets the id that \(topic.name) has, \(topic.id): the records beside it are taken for that topic's",
                    action)
            } catch {
                add("\(file) is damaged", "it gets the id that \(topic.name) has, \(topic.id)", action)
            }
        }
    }
}
