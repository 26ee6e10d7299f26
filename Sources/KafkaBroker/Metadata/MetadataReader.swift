// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
package import NIOCore

/// A record of a metadata log or snapshot, and where it stands.
package struct MetadataLogEntry: Sendable {
    package enum Content: Sendable {
        case record(VersionedRecord)
        // Control records, which belong to the quorum rather than to the metadata.
        case leaderChange(LeaderChangeMessage)
        case snapshotHeader(SnapshotHeaderRecord)
        case snapshotFooter(SnapshotFooterRecord)
        case kraftVersion(KRaftVersionRecord)
        case voters(VotersRecord)
        case unknownControl(type: Int16)
    }

    package var offset: Int64
    /// Of the leader that wrote it.
    package var epoch: Int32
    /// Milliseconds since 1970.
    package var timestamp: Int64
    package var content: Content
}

/// Reads what `__cluster_metadata` and its snapshots are made of.
package struct MetadataReader: ~Copyable {
    private var batches = RecordBatchReader()

    package init() {}

    /// Hands out every record of a `.log` or `.checkpoint` file, in order.
    package static func forEachEntry(
        inFile path: String, _ body: (MetadataLogEntry) throws -> Void
    ) throws {
        var reader = MetadataReader()
        guard let bytes = try MetadataFiles.contents(path) else {
            throw MetadataError(.kafkaStorageError, "\(path) does not exist")
        }
        let used = try reader.forEachEntry(in: bytes, of: path, body)
        guard used == bytes.readableBytes else {
            throw MetadataError(.corruptMessage, "\(path) ends at byte \(used) in the middle of a batch")
        }
    }

    /// Hands out every record of the complete batches at the start of `bytes`.
    /// - Parameter source: what the bytes are, for messages.
    /// - Returns: how many bytes the complete batches take.
    package mutating func forEachEntry(
        in bytes: ByteBuffer, of source: String, _ body: (MetadataLogEntry) throws -> Void
    ) throws -> Int {
        var used = 0
        while let length = bytes.getInteger(at: bytes.readerIndex + used + 8, as: Int32.self) {
            let count = 12 + Int(length)
            guard length >= 0, used + count <= bytes.readableBytes else { break }
            let batch = bytes.getSlice(at: bytes.readerIndex + used, length: count)!
            do {
                try read(batch, body)
            } catch let error as RecordError {
                throw MetadataError(.corruptMessage, "\(source), byte \(used): \(error)")
            } catch let error as MetadataError {
                throw MetadataError(error.code, "\(source), byte \(used): \(error.message)")
            }
            used += count
        }
        return used
    }

    private mutating func read(_ batch: ByteBuffer, _ body: (MetadataLogEntry) throws -> Void) throws {
        try batch.withUnsafeReadableBytes { bytes in
            let header = try RecordBatchReader.validate(bytes)
            var records = try batches.records(in: bytes, header: header)
            while let record = try records.next() {
                let content = try header.isControl ? Self.control(record) : Self.metadata(record)
                try body(
                    MetadataLogEntry(
                        offset: record.offset, epoch: header.partitionLeaderEpoch, timestamp: record.timestamp,
                        content: content))
            }
        }
    }

    private static func metadata(_ record: RecordView) throws(MetadataError) -> MetadataLogEntry.Content {
        guard let value = record.value else {
            throw MetadataError(.corruptMessage, "the record at offset \(record.offset) has no value")
        }
        do throws(MetadataError) {
            return .record(try MetadataRecordFrame.decode(ByteBuffer(bytes: value)))
        } catch {
            throw MetadataError(error.code, "the record at offset \(record.offset): \(error.message)")
        }
    }

    private static func control(_ record: RecordView) throws -> MetadataLogEntry.Content {
        let type = try ControlRecordType(key: record.key)
        let value = record.value.map { ByteBuffer(bytes: $0) } ?? ByteBuffer()
        do throws(WireError) {
            switch type {
            case .leaderChange: return .leaderChange(try decode(value))
            case .snapshotHeader: return .snapshotHeader(try decode(value))
            case .snapshotFooter: return .snapshotFooter(try decode(value))
            case .kraftVersion: return .kraftVersion(try decode(value))
            case .kraftVoters: return .voters(try decode(value))
            default: return .unknownControl(type: type.rawValue)
            }
        } catch {
            throw MetadataError(
                .corruptMessage, "the control record \(type) at offset \(record.offset): \(error)")
        }
    }

    /// Control records begin with their version, which is a field of theirs as well.
    private static func decode<M: Message>(_ value: ByteBuffer) throws(WireError) -> M {
        let version = value.getInteger(at: value.readerIndex, as: Int16.self) ?? 0
        return try M.decode(value, version: min(version, M.versions.upperBound))
    }
}
