// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// The 61 bytes before the records of a batch of format 2, all that most of the broker looks at.
public struct RecordBatchHeader: Sendable, Hashable {
    /// Bytes of a header.
    public static let byteCount = 61
    /// Bytes before those that `batchLength` counts: base offset and the length itself.
    public static let lengthOverhead = 12
    /// The version of the format, since Kafka 0.11 (KIP-98).
    public static let currentMagic: Int8 = 2

    /// The offset of the first record; 0 from producers, the broker fills it in.
    public var baseOffset: Int64 = 0
    /// Bytes after this field; at least 49.
    public var batchLength: Int32 = 49
    /// -1 from producers; the broker fills it in.
    public var partitionLeaderEpoch: Int32 = -1
    /// The version of the format; batches of versions 0 and 1 have other headers.
    public var magic: Int8 = currentMagic
    /// CRC-32C of everything from the attributes on.
    public var crc: UInt32 = 0
    /// Bits: codec, kind of timestamp, transactional, control, delete horizon.
    public var attributes: Int16 = 0
    /// The last offset less the base offset; compaction leaves it as it is.
    public var lastOffsetDelta: Int32 = 0
    /// Milliseconds since 1970; -1 in an empty batch; the delete horizon where the attributes say so (KIP-534).
    public var baseTimestamp: Int64 = -1
    /// The greatest timestamp of a record, in milliseconds since 1970; -1 if none has one.
    public var maxTimestamp: Int64 = -1
    /// -1 without idempotence.
    public var producerID: Int64 = -1
    /// Rises when another producer takes over the id; -1 without idempotence.
    public var producerEpoch: Int16 = -1
    /// The sequence number of the first record, by which duplicates are known; -1 without idempotence.
    public var baseSequence: Int32 = -1
    /// How many records there are; fewer than offsets, once the log has been compacted.
    public var recordCount: Int32 = 0

    public init() {}

    /// Reads a header without any check; `bytes` holds at least 61.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Self.byteCount)
        baseOffset = bytes.bigEndian(at: Layout.baseOffset)
        batchLength = bytes.bigEndian(at: Layout.batchLength)
        partitionLeaderEpoch = bytes.bigEndian(at: Layout.partitionLeaderEpoch)
        magic = bytes.bigEndian(at: Layout.magic)
        crc = bytes.bigEndian(at: Layout.crc)
        attributes = bytes.bigEndian(at: Layout.attributes)
        lastOffsetDelta = bytes.bigEndian(at: Layout.lastOffsetDelta)
        baseTimestamp = bytes.bigEndian(at: Layout.baseTimestamp)
        maxTimestamp = bytes.bigEndian(at: Layout.maxTimestamp)
        producerID = bytes.bigEndian(at: Layout.producerID)
        producerEpoch = bytes.bigEndian(at: Layout.producerEpoch)
        baseSequence = bytes.bigEndian(at: Layout.baseSequence)
        recordCount = bytes.bigEndian(at: Layout.recordCount)
    }

    /// Reads a header without any check; `buffer` holds at least 61 bytes at `index`.
    public init(_ buffer: ByteBuffer, at index: Int) {
        self = buffer.withUnsafeReadableBytes { bytes in
            RecordBatchHeader(UnsafeRawBufferPointer(rebasing: bytes[(index - buffer.readerIndex)...]))
        }
    }

    /// Writes all fields, the checksum as it stands here, over the first 61 bytes.
    public func write(into bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count >= Self.byteCount)
        bytes.setBigEndian(baseOffset, at: Layout.baseOffset)
        bytes.setBigEndian(batchLength, at: Layout.batchLength)
        bytes.setBigEndian(partitionLeaderEpoch, at: Layout.partitionLeaderEpoch)
        bytes.setBigEndian(magic, at: Layout.magic)
        bytes.setBigEndian(crc, at: Layout.crc)
        bytes.setBigEndian(attributes, at: Layout.attributes)
        bytes.setBigEndian(lastOffsetDelta, at: Layout.lastOffsetDelta)
        bytes.setBigEndian(baseTimestamp, at: Layout.baseTimestamp)
        bytes.setBigEndian(maxTimestamp, at: Layout.maxTimestamp)
        bytes.setBigEndian(producerID, at: Layout.producerID)
        bytes.setBigEndian(producerEpoch, at: Layout.producerEpoch)
        bytes.setBigEndian(baseSequence, at: Layout.baseSequence)
        bytes.setBigEndian(recordCount, at: Layout.recordCount)
    }

    /// Where the fields start.
    enum Layout {
        static let baseOffset = 0
        static let batchLength = 8
        static let partitionLeaderEpoch = 12
        static let magic = 16
        static let crc = 17
        static let attributes = 21
        static let lastOffsetDelta = 23
        static let baseTimestamp = 27
        static let maxTimestamp = 35
        static let producerID = 43
        static let producerEpoch = 51
        static let baseSequence = 53
        static let recordCount = 57
    }
}

extension UnsafeRawBufferPointer {
    func bigEndian<Value: FixedWidthInteger>(at offset: Int) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: Value.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    func setBigEndian<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
    }
}
