// SPDX-License-Identifier: Apache-2.0

extension RecordBatchHeader {
    /// Checks length, format and checksum of the first batch in `bytes`; more may follow it.
    static func validated(_ bytes: UnsafeRawBufferPointer) throws(RecordError) -> RecordBatchHeader {
        guard let header = try framed(bytes) else {
            throw .truncated(needed: neededByteCount(bytes), available: bytes.count)
        }
        let checked = UnsafeRawBufferPointer(rebasing: bytes[Layout.attributes..<header.byteCount])
        let computed = CRC32C.checksum(checked)
        guard computed == header.crc else { throw .corruptChecksum(stored: header.crc, computed: computed) }
        return header
    }

    /// The header of the batch that `bytes` starts with, nil when its end is missing; the checksum is not looked at.
    static func framed(_ bytes: UnsafeRawBufferPointer) throws(RecordError) -> RecordBatchHeader? {
        // The format comes first: of an older one, the length and its least value mean something else.
        guard bytes.count > Layout.magic else { return nil }
        let magic: Int8 = bytes.bigEndian(at: Layout.magic)
        guard magic == currentMagic else { throw .unsupportedMagic(magic) }
        let needed = neededByteCount(bytes)
        guard needed >= byteCount else { throw .corruptLength(needed - lengthOverhead) }
        guard bytes.count >= needed else { return nil }
        return RecordBatchHeader(bytes)
    }

    /// What the length field promises, or a header's size while that field is missing too.
    private static func neededByteCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count >= lengthOverhead else { return byteCount }
        let length: Int32 = bytes.bigEndian(at: Layout.batchLength)
        return lengthOverhead + Int(length)
    }

    /// What the broker demands of the header of a batch that a client sends (Kafka: `LogValidator.validateBatch`).
    public func validateFromClient() throws(RecordError) {
        guard lastOffsetDelta >= 0, lastOffset >= baseOffset else {
            throw .invalidRecord("Batch has an invalid offset range: [\(baseOffset), \(lastOffset)]")
        }
        guard recordCount > 0 else {
            throw .invalidRecord("Invalid reported count for record batch: \(recordCount)")
        }
        guard lastOffsetDelta == recordCount - 1 else {
            throw .invalidRecord(
                "Inconsistent batch offset range [\(baseOffset), \(lastOffset)] and count of records \(recordCount)")
        }
        guard !isControl else {
            throw .invalidRecord("Clients are not allowed to write control records")
        }
        guard !hasProducerID || baseSequence >= 0 else {
            throw .invalidRecord(
                "Invalid sequence number \(baseSequence) in record batch with producerId \(producerID)")
        }
    }
}
