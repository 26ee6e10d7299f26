// SPDX-License-Identifier: Apache-2.0

package import KafkaLog
package import KafkaProtocol
internal import NIOCore

/// Makes directories ready for a broker, as `kafka-storage.sh format` does.
package struct StorageFormat: Sendable {
    package var clusterID: String
    package var nodeID: Int32
    /// Levels of features, metadata.version among them; kraft.version apart.
    package var levels: [String: Int16]
    package var credentials: [AlterUserScramCredentialsRequest.ScramCredentialUpsertion] = []
    /// The controllers of a quorum that keeps its members itself (KIP-853); nil where they are configured.
    package var voters: VotersRecord?

    package init(clusterID: String, nodeID: Int32, levels: [String: Int16]) {
        self.clusterID = clusterID
        self.nodeID = nodeID
        self.levels = levels
    }

    /// The owner of a directory; nil in one that nobody has formatted, or that isn't there.
    package static func owner(of directory: String) throws(LogError) -> MetaProperties? {
        try LogDirectory.metaProperties(of: directory)
    }

    /// Formats one directory, which must not be formatted; meta.properties comes last.
    package func write(_ directory: String, now: Int64) throws(MetadataError) {
        let metadata = levels.filter { $0.key == Features.metadataVersion }
        let others = levels.filter { $0.key != Features.metadataVersion && $0.value > 0 }.sorted { $0.key < $1.key }
        var records = (Array(metadata) + others).map { feature in
            VersionedRecord(
                FeatureLevelRecord {
                    $0.name = feature.key
                    $0.featureLevel = feature.value
                })
        }
        for credential in credentials { records.append(try ScramCredentials.store(credential)) }
        let directoryID = voters?.voters.first { $0.voterID == nodeID }?.voterDirectoryID ?? KafkaUUID.random()
        do {
            let logs = try LogDirectory.open(directory)
            defer { logs.close() }
            try MetadataFiles.replace(
                "\(directory)/\(Bootstrap.fileName)",
                with: try MetadataSnapshot.bytes(
                    records, epoch: 0, lastContainedTimestamp: 0, quorum: QuorumVoters(), now: now))
            if let voters {
                try logs.makeDirectory("__cluster_metadata-0")
                try MetadataFiles.replace(
                    "\(directory)/__cluster_metadata-0/\(SnapshotID(offset: 0, epoch: 0).fileName)",
                    with: try MetadataSnapshot.bytes(
                        [], epoch: 0, lastContainedTimestamp: now,
                        quorum: QuorumVoters(kraftVersion: 1, voters: voters), now: now))
            }
            try logs.write(MetaProperties(clusterID: clusterID, nodeID: nodeID, directoryID: directoryID))
        } catch let error as MetadataError {
            throw error
        } catch {
            throw MetadataError(.kafkaStorageError, "\(error)")
        }
    }
}
