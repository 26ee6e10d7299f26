// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
package import NIOCore

/// A record in a version of it.
package struct VersionedRecord: Sendable {
    package var record: any MetadataRecord
    package var version: Int16

    package init(_ record: any MetadataRecord, _ version: Int16 = 0) {
        self.record = record
        self.version = version
    }
}

/// The value of a metadata log's record: frame version 1, type and version as unsigned varints, then the fields.
package enum MetadataRecordFrame {
    /// - Throws: for an unknown type or version (a newer Kafka wrote it), and for bytes that are no record.
    package static func decode(_ value: ByteBuffer) throws(MetadataError) -> VersionedRecord {
        var body = value
        guard let frame = readVarint(&body), let type = readVarint(&body), let version = readVarint(&body) else {
            throw MetadataError(.corruptMessage, "a metadata record ends in its frame")
        }
        guard frame == 1 else { throw MetadataError(.corruptMessage, "unknown frame version \(frame)") }
        guard let type = Int16(exactly: type), let metatype = types[type] else {
            throw MetadataError(.unsupportedVersion, "unknown metadata record type \(type)")
        }
        guard let number = Int16(exactly: version) else {
            throw MetadataError(.unsupportedVersion, "\(metatype) of the unknown version \(version)")
        }
        do throws(WireError) { return VersionedRecord(try read(metatype, body, number), number) } catch {
            throw MetadataError(.corruptMessage, "\(metatype) of version \(version): \(error)")
        }
    }

    private static func read<R: MetadataRecord>(
        _ type: R.Type, _ body: ByteBuffer, _ version: Int16
    ) throws(WireError) -> any MetadataRecord {
        try R.decode(body, version: version)
    }

    /// Appends the frame to `buffer`.
    package static func encode(_ record: VersionedRecord, into buffer: inout ByteBuffer) throws(MetadataError) {
        buffer.writeInteger(1 as UInt8)
        writeVarint(UInt32(type(of: record.record).recordType), &buffer)
        writeVarint(UInt32(record.version), &buffer)
        do throws(WireError) { try record.record.encode(into: &buffer, version: record.version) } catch {
            throw MetadataError(
                .unknownServerError, "\(type(of: record.record)) of version \(record.version): \(error)")
        }
    }

    /// Every type of record, by its number.
    package static let types: [Int16: any MetadataRecord.Type] = {
        let all: [any MetadataRecord.Type] = [
            RegisterBrokerRecord.self, UnregisterBrokerRecord.self, TopicRecord.self, PartitionRecord.self,
            ConfigRecord.self, PartitionChangeRecord.self, FenceBrokerRecord.self, UnfenceBrokerRecord.self,
            RemoveTopicRecord.self, DelegationTokenRecord.self, UserScramCredentialRecord.self,
            FeatureLevelRecord.self, ClientQuotaRecord.self, ProducerIdsRecord.self,
            BrokerRegistrationChangeRecord.self, AccessControlEntryRecord.self, RemoveAccessControlEntryRecord.self,
            NoOpRecord.self, ZkMigrationStateRecord.self, RemoveUserScramCredentialRecord.self,
            BeginTransactionRecord.self, EndTransactionRecord.self, AbortTransactionRecord.self,
            RemoveDelegationTokenRecord.self, RegisterControllerRecord.self, ClearElrRecord.self,
            UnregisterControllerRecord.self,
        ]
        return Dictionary(all.map { ($0.recordType, $0) }) { first, _ in first }
    }()

    private static func readVarint(_ buffer: inout ByteBuffer) -> UInt32? {
        var value: UInt32 = 0
        for shift in stride(from: UInt32(0), through: 28, by: 7) {
            guard let byte = buffer.readInteger(as: UInt8.self) else { return nil }
            value |= UInt32(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func writeVarint(_ value: UInt32, _ buffer: inout ByteBuffer) {
        var rest = value
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }
}

/// How far a migration from ZooKeeper was; directories of Kafka 3.4 to 4.0 contain it, without meaning since.
package struct ZkMigrationStateRecord: MetadataRecord {
    package static var recordType: Int16 { 21 }
    package static var versions: ClosedRange<Int16> { 0...0 }
    package static var flexibleSince: Int16? { 0 }

    package var zkMigrationState: Int8 = 0
    package var unknownTaggedFields = UnknownTaggedFields()

    package init() {}

    package mutating func fields(_ wire: inout Wire) throws(WireError) {
        try wire.int8(&zkMigrationState)
        try wire.taggedFields(&unknownTaggedFields)
    }
}
