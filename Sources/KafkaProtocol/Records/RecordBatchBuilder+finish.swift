// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension RecordBatchBuilder {
    /// Fills in header and checksum and hands the batch over, uncompressed, without copying it.
    public consuming func finish(_ properties: RecordBatchProperties = RecordBatchProperties()) -> ByteBuffer {
        var batch = storage
        var header = header(properties)
        header.batchLength = Int32(position - RecordBatchHeader.lengthOverhead)
        let bytes = UnsafeMutableRawBufferPointer(start: start, count: position)
        header.write(into: bytes)
        MutableRecordBatch(bytes).updateChecksum()
        batch.moveWriterIndex(to: position)
        return batch
    }

    /// Compresses the records, fills in header and checksum and hands the batch over.
    public consuming func finish(
        _ properties: RecordBatchProperties = RecordBatchProperties(), compression: CompressionSettings,
        with compressor: inout Compressor
    ) throws(RecordError) -> ByteBuffer {
        // As Kafka: a batch without records has no payload, so nothing is compressed.
        guard compression.type != .none, !isEmpty else { return finish(properties) }
        let headerCount = RecordBatchHeader.byteCount
        let records = UnsafeRawBufferPointer(start: start + headerCount, count: position - headerCount)
        return try header(properties).batch(of: records, compression, with: &compressor)
    }

    private func header(_ properties: RecordBatchProperties) -> RecordBatchHeader {
        var header = RecordBatchHeader()
        header.baseOffset = baseOffset
        header.partitionLeaderEpoch = properties.partitionLeaderEpoch
        header.lastOffsetDelta = properties.lastOffsetDelta ?? max(lastOffsetDelta, 0)
        header.baseTimestamp = baseTimestamp
        header.maxTimestamp = properties.logAppendTime ?? maxTimestamp
        header.producerID = properties.producerID
        header.producerEpoch = properties.producerEpoch
        header.baseSequence = properties.baseSequence
        header.recordCount = count
        header.timestampType = properties.logAppendTime == nil ? .createTime : .logAppendTime
        header.isTransactional = properties.isTransactional
        header.isControl = properties.isControl
        header.hasDeleteHorizon = deleteHorizon != nil
        return header
    }
}

extension RecordBatchHeader {
    /// The batch of this header and these records, which must suit it: codec, length and checksum are set here.
    public func batch(
        of records: UnsafeRawBufferPointer, _ compression: CompressionSettings, with compressor: inout Compressor
    ) throws(RecordError) -> ByteBuffer {
        let payload = records.isEmpty ? records : try compressor.compress(records, compression)
        var header = self
        header.compression = records.isEmpty ? Compression.none : compression.type
        guard let length = Int32(exactly: payload.count + Self.byteCount - Self.lengthOverhead) else {
            throw .tooLarge(limit: Int(Int32.max))
        }
        header.batchLength = length
        var batch = ByteBufferAllocator().buffer(capacity: header.byteCount)
        batch.writeWithUnsafeMutableBytes(minimumWritableBytes: header.byteCount) { room in
            let bytes = UnsafeMutableRawBufferPointer(rebasing: room[..<header.byteCount])
            header.write(into: bytes)
            UnsafeMutableRawBufferPointer(rebasing: bytes[Self.byteCount...]).copyMemory(from: payload)
            MutableRecordBatch(bytes).updateChecksum()
            return bytes.count
        }
        return batch
    }
}
