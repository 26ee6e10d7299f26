// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The first records of a new directory.
enum Bootstrap {
    static let fileName = "bootstrap.checkpoint"

    /// Those that `kafka-storage format` left, in the log's first snapshot since Kafka 4.2 and in `bootstrap.checkpoint`
    /// before, or else the levels of a new directory, which are written as the latter; in a metadata transaction.
    /// - Throws: for levels beyond those known here.
    static func records(_ dataDirectory: String, now: Int64) throws(MetadataError) -> [VersionedRecord] {
        let path = "\(dataDirectory)/\(fileName)"
        let first = "\(dataDirectory)/\(KnownEnd.partition)/\(SnapshotID(offset: 0, epoch: 0).fileName)"
        var records = try read(first)
        if records.isEmpty { records = try read(path) }
        if records.isEmpty {
            records = SupportedFeatures.ofNewDirectory.map { feature in
                VersionedRecord(
                    FeatureLevelRecord {
                        $0.name = feature.name
                        $0.featureLevel = feature.level
                    })
            }
            let bytes = try MetadataSnapshot.bytes(
                records, epoch: 0, lastContainedTimestamp: 0, quorum: QuorumVoters(), now: now)
            try MetadataFiles.replace(path, with: bytes)
        }
        let levels = records.compactMap { $0.record as? FeatureLevelRecord }
        try SupportedFeatures.check(levels.map { ($0.name, $0.featureLevel) }, in: dataDirectory)
        let level = levels.first { $0.name == Features.metadataVersion }?.featureLevel
        guard RecordVersions(metadataVersion: level ?? 0).hasTransactions else { return records }
        return [VersionedRecord(BeginTransactionRecord { $0.name = "Bootstrap records" })] + records
            + [VersionedRecord(EndTransactionRecord())]
    }

    /// None if there is no such file.
    private static func read(_ path: String) throws(MetadataError) -> [VersionedRecord] {
        var records: [VersionedRecord] = []
        do {
            guard try MetadataFiles.contents(path) != nil else { return [] }
            try MetadataReader.forEachEntry(inFile: path) { entry in
                if case .record(let record) = entry.content { records.append(record) }
            }
        } catch let error as MetadataError {
            throw error
        } catch {
            throw MetadataError(.kafkaStorageError, "\(path): \(error)")
        }
        return records
    }
}
