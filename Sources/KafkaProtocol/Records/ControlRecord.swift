// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// What a control record says: its key is a version and this type, both 16 bits.
public struct ControlRecordType: RawRepresentable, Sendable, Hashable {
    public var rawValue: Int16

    public init(rawValue: Int16) {
        self.rawValue = rawValue
    }

    /// The transaction of the batch's producer is aborted.
    public static let abort = ControlRecordType(rawValue: 0)
    /// The transaction of the batch's producer is committed.
    public static let commit = ControlRecordType(rawValue: 1)
    // Of the metadata quorum (KIP-595, KIP-630, KIP-853).
    /// Another node leads the quorum (KIP-595).
    public static let leaderChange = ControlRecordType(rawValue: 2)
    /// A snapshot begins (KIP-630).
    public static let snapshotHeader = ControlRecordType(rawValue: 3)
    /// A snapshot ends (KIP-630).
    public static let snapshotFooter = ControlRecordType(rawValue: 4)
    /// The level of `kraft.version` (KIP-853).
    public static let kraftVersion = ControlRecordType(rawValue: 5)
    /// Who may vote (KIP-853).
    public static let kraftVoters = ControlRecordType(rawValue: 6)

    /// Reads the key of a control record.
    public init(key: UnsafeRawBufferPointer?) throws(RecordError) {
        guard let key, key.count >= 4 else {
            throw .invalidRecord("Control record key has \(key?.count ?? 0) bytes, fewer than 4")
        }
        let version: Int16 = key.bigEndian(at: 0)
        guard version >= 0 else { throw .invalidRecord("Control record key has the invalid version \(version)") }
        self.init(rawValue: key.bigEndian(at: 2))
    }

    /// Version 0 of the key.
    public var key: [UInt8] {
        withUnsafeBytes(of: (Int16(0), rawValue.bigEndian)) { Array($0) }
    }
}

extension ControlRecordType: CustomStringConvertible {
    /// Kafka's name for the type; UNKNOWN for one from the future.
    public var description: String {
        let names = [
            "ABORT", "COMMIT", "LEADER_CHANGE", "SNAPSHOT_HEADER", "SNAPSHOT_FOOTER", "KRAFT_VERSION", "KRAFT_VOTERS",
        ]
        return names.indices.contains(Int(rawValue)) ? names[Int(rawValue)] : "UNKNOWN"
    }
}

/// The control record that ends a producer's transaction in a partition.
public struct EndTransactionMarker: Sendable, Hashable {
    /// Whether the transaction is committed, else aborted.
    public var isCommit: Bool
    /// The epoch of the transaction coordinator that ended it.
    public var coordinatorEpoch: Int32

    /// A marker to write.
    public init(isCommit: Bool, coordinatorEpoch: Int32) {
        self.isCommit = isCommit
        self.coordinatorEpoch = coordinatorEpoch
    }

    /// Reads a control record; nil if it is of another type.
    public init?(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) throws(RecordError) {
        let type = try ControlRecordType(key: key)
        guard type == .commit || type == .abort else { return nil }
        guard let value, value.count >= 6 else {
            throw .invalidRecord("End transaction marker has \(value?.count ?? 0) bytes, fewer than 6")
        }
        let version: Int16 = value.bigEndian(at: 0)
        guard version >= 0 else { throw .invalidRecord("End transaction marker has the invalid version \(version)") }
        self.init(isCommit: type == .commit, coordinatorEpoch: value.bigEndian(at: 2))
    }

    /// What its key says.
    public var type: ControlRecordType { isCommit ? .commit : .abort }

    /// Version 0 of the value.
    public var value: [UInt8] {
        [0, 0] + withUnsafeBytes(of: coordinatorEpoch.bigEndian) { Array($0) }
    }

    /// The batch that holds the marker alone.
    public func batch(
        baseOffset: Int64 = 0, timestamp: Int64, producerID: Int64, producerEpoch: Int16,
        partitionLeaderEpoch: Int32 = -1
    ) -> ByteBuffer {
        var properties = RecordBatchProperties()
        properties.producerID = producerID
        properties.producerEpoch = producerEpoch
        properties.isTransactional = true
        properties.partitionLeaderEpoch = partitionLeaderEpoch
        return type.batch(value: value, baseOffset: baseOffset, timestamp: timestamp, properties)
    }
}

extension ControlRecordType {
    /// A control batch with one record of this type.
    public func batch(
        value: [UInt8], baseOffset: Int64 = 0, timestamp: Int64, _ properties: RecordBatchProperties = .init()
    ) -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: 128, baseOffset: baseOffset)
        key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                // An empty builder takes a record of any size.
                _ = builder.append(timestamp: timestamp, key: key, value: value)
            }
        }
        var properties = properties
        properties.isControl = true
        return builder.finish(properties)
    }
}
