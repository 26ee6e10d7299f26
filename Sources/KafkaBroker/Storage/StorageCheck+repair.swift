// SPDX-License-Identifier: Apache-2.0

internal import KafkaLog
internal import KafkaProtocol
internal import NIOCore

extension StorageCheck {
    /// Mends what was found; whatever is cut or removed of the metadata is kept in a directory beside it.
    /// - Parameter clusterID: for a meta.properties that lost it.
    /// - Returns: what was done, a line each.
    package func repair(clusterID: String?) throws -> [String] {
        var done: [String] = []
        let metadata = salvage.directory
        let changesMetadata = findings.contains { finding in
            switch finding.action {
            case .metadata: true
            case .removeFile(let path): FileSystem.parent(of: path) == metadata
            default: false
            }
        }
        if changesMetadata, try FileSystem.status(metadata) != nil {
            done.append("\(metadata) is kept as it was in \(try Self.copyAside(metadata))")
        }
        for finding in findings {
            switch finding.action {
            case .metadata:
                try cutMetadata()
                done.append("the metadata goes on from offset \(salvage.end)")
            case .identity(var meta):
                meta.clusterID = meta.clusterID ?? clusterID ?? KafkaUUID.random().description
                try directory.write(meta)
                done.append("meta.properties is written, with the cluster id \(meta.clusterID ?? "")")
            case .removeFile(let path):
                try FileSystem.remove(path)
                done.append("\(path) is removed")
            case .setAside(let partition): done.append("\(partition.path) is now \(try partition.renameToStray())")
            case .topicID(let id, let directory):
                try PartitionDirectory.write(topicID: id, in: directory)
                done.append("\(PartitionDirectory.metadataPath(directory)) names the topic id \(id)")
            }
        }
        if findings.contains(where: { $0.isLoss }) { try forgetKnownEnd() }
        return done
    }

    /// A copy under a name that Kafka and this broker read over.
    private static func copyAside(_ metadata: String) throws -> String {
        let copy = "\(FileSystem.parent(of: metadata))/\(PartitionDirectory.name(KnownEnd.partition, marked: .stray))"
        try FileSystem.makeDirectory(copy)
        for name in try FileSystem.names(in: metadata) {
            guard let bytes = try FileSystem.contents("\(metadata)/\(name)") else { continue }
            try FileSystem.replace("\(copy)/\(name)", with: bytes, durability: .contents)
        }
        try FileSystem.syncDirectory(copy)
        try FileSystem.syncDirectory(FileSystem.parent(of: metadata))
        return copy
    }

    /// Leaves in place what can be had. The last files go first: an end in between leaves the same damage with less
    /// behind it.
    private func cutMetadata() throws {
        let path = salvage.directory
        try FileSystem.makeDirectory(path)
        for id in SnapshotID.all(in: path) where id != salvage.snapshot {
            try FileSystem.remove("\(path)/\(id.fileName)")
        }
        for offset in MetadataFiles.segments(in: path).reversed() {
            let segment = MetadataFiles.segmentPath(path, offset)
            for ending in [".index", ".timeindex", ".txnindex"] {
                try FileSystem.remove(MetadataFiles.segmentPath(path, offset, ending))
            }
            let kept = salvage.parts.filter { $0.path == segment }
            let bytes = kept.isEmpty ? nil : try FileSystem.contents(segment)
            for part in kept.reversed() where part.offset != offset || part.bytes != 0..<(bytes?.count ?? 0) {
                try FileSystem.replace(
                    MetadataFiles.segmentPath(path, part.offset), with: Array((bytes ?? [])[part.bytes]),
                    durability: .contentsAndName)
            }
            if !kept.contains(where: { $0.offset == offset }) { try FileSystem.remove(segment) }
        }
        if salvage.parts.isEmpty, salvage.end > 0 {
            // The log goes on where the snapshot ends.
            try FileSystem.replace(
                MetadataFiles.segmentPath(path, salvage.end), with: [], durability: .contentsAndName)
        }
        try FileSystem.syncDirectory(path)
    }

    /// What says that the log was longer would have the next start refused again.
    private func forgetKnownEnd() throws {
        if var points = try? directory.readCheckpoint(.recoveryPoint), points[KnownEnd.partition] != nil {
            points[KnownEnd.partition] = salvage.end
            try directory.writeCheckpoint(.recoveryPoint, points)
        }
        if try directory.cleanShutdownMarker() != nil { try directory.writeCleanShutdownMarker(brokerEpoch: -1) }
    }
}
