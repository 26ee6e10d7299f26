// SPDX-License-Identifier: Apache-2.0

extension RecordBatchHeader {
    /// Bytes of the whole batch; meaningless (even negative) before the length has been checked.
    public var byteCount: Int { Self.lengthOverhead + Int(batchLength) }

    /// The offset of the last record, or of the last that there was before the log was compacted.
    public var lastOffset: Int64 { baseOffset &+ Int64(lastOffsetDelta) }
    /// The offset behind the batch.
    public var nextOffset: Int64 { lastOffset &+ 1 }

    /// The sequence number of the last record, -1 without idempotence.
    public var lastSequence: Int32 {
        baseSequence == -1 ? -1 : Self.sequence(baseSequence, advancedBy: lastOffsetDelta)
    }

    /// The sequence number so many records later: after the greatest comes 0.
    public static func sequence(_ sequence: Int32, advancedBy increment: Int32) -> Int32 {
        let (sum, overflow) = sequence.addingReportingOverflow(increment)
        return overflow ? sum & .max : sum
    }

    /// Nil for an unknown codec.
    public var compression: Compression? {
        get { Compression(rawValue: Int8(attributes & Attribute.compression)) }
        set { attributes = attributes & ~Attribute.compression | Int16(newValue?.rawValue ?? 0) }
    }

    /// Whose time the records have (bit 3 of the attributes).
    public var timestampType: TimestampType {
        get { self[Attribute.timestampType] ? .logAppendTime : .createTime }
        set { self[Attribute.timestampType] = newValue == .logAppendTime }
    }

    /// Whether the records are part of a transaction (bit 4 of the attributes).
    public var isTransactional: Bool {
        get { self[Attribute.transactional] }
        set { self[Attribute.transactional] = newValue }
    }

    /// The records are control records: transaction markers, quorum messages. Consumers do not show them.
    public var isControl: Bool {
        get { self[Attribute.control] }
        set { self[Attribute.control] = newValue }
    }

    /// The base timestamp is the time from which compaction removes the batch's tombstones and markers (KIP-534).
    public var hasDeleteHorizon: Bool {
        get { self[Attribute.deleteHorizon] }
        set { self[Attribute.deleteHorizon] = newValue }
    }

    /// Nil where the base timestamp is only that.
    public var deleteHorizon: Int64? { hasDeleteHorizon ? baseTimestamp : nil }

    /// Whether the producer is idempotent.
    public var hasProducerID: Bool { producerID > -1 }

    /// Bits of the attributes.
    enum Attribute {
        static let compression: Int16 = 0x07
        static let timestampType: Int16 = 0x08
        static let transactional: Int16 = 0x10
        static let control: Int16 = 0x20
        static let deleteHorizon: Int16 = 0x40
    }

    private subscript(bit: Int16) -> Bool {
        get { attributes & bit != 0 }
        set { attributes = newValue ? attributes | bit : attributes & ~bit }
    }
}
