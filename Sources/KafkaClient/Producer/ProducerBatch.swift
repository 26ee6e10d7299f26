// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// Records of one partition on their way from `append` to the broker's answer.
///
/// It changes hands: filled under the producer's lock, compressed by a task, then the sender's alone. No two of them
/// have it at a time, hence unchecked.
final class ProducerBatch: @unchecked Sendable {
    /// Rises in the order of opening, in steps that leave room for the parts of a batch that is split.
    let id: UInt64
    /// Ids from `id` on that belong to this batch.
    let idSpan: UInt64
    static let idSpan: UInt64 = 1 << 20
    let openedAt: ContinuousClock.Instant
    var builder: RecordBatchBuilder?
    var numbers = RecordNumbers()
    /// The finished bytes; their header says `identity` and `sequence`.
    var bytes: ByteBuffer?
    var identity = ProducerIdentity.none
    var sequence: Int32 = -1
    var recordCount: Int32 = 0
    /// Bytes before compression.
    var byteCount = 0
    /// What counts against the producer's memory.
    var memory = 0
    var attempts = 0
    /// Why it was not delivered so far.
    var lastError: ClientError?

    init(id: UInt64, capacity: Int, memory: consuming ByteBuffer, openedAt: ContinuousClock.Instant) {
        self.id = id
        idSpan = Self.idSpan
        self.openedAt = openedAt
        builder = RecordBatchBuilder(capacity: capacity, reusing: memory)
    }

    /// One that is finished already.
    init(id: UInt64, bytes: ByteBuffer, recordCount: Int32, numbers: RecordNumbers, openedAt: ContinuousClock.Instant) {
        self.id = id
        idSpan = Self.idSpan
        self.openedAt = openedAt
        self.bytes = bytes
        self.recordCount = recordCount
        self.numbers = numbers
        byteCount = bytes.readableBytes
        memory = bytes.readableBytes
    }

    /// A part of a batch that was too large.
    private init(
        partOf batch: ProducerBatch, id: UInt64, idSpan: UInt64, bytes: ByteBuffer, recordCount: Int32,
        byteCount: Int, memory: Int, numbers: RecordNumbers
    ) {
        self.id = id
        self.idSpan = idSpan
        self.byteCount = byteCount
        self.memory = memory
        openedAt = batch.openedAt
        self.bytes = bytes
        self.recordCount = recordCount
        self.numbers = numbers
        attempts = batch.attempts
        lastError = batch.lastError
    }

    /// No more records come.
    func close() {
        recordCount = builder?.count ?? recordCount
        byteCount = builder?.byteCount ?? byteCount
        memory = max(0, byteCount - RecordBatchHeader.byteCount)
    }

    /// Compresses the records; `encoded` fills in what is not known yet.
    func compress(_ settings: CompressionSettings, with compressor: inout Compressor) throws(RecordError) {
        guard let builder = builder.take() else { return }
        bytes = try builder.finish(RecordBatchProperties(), compression: settings, with: &compressor)
    }

    /// Two batches with half of the records each.
    func halves(_ compression: CompressionSettings) throws(RecordError) -> [ProducerBatch] {
        guard let bytes, recordCount > 1 else { return [self] }
        var reader = RecordBatchReader()
        var compressor = Compressor()
        let header = RecordBatchHeader(bytes, at: bytes.readerIndex)
        let counts = [recordCount / 2, recordCount - recordCount / 2]
        var numbers = numbers
        var parts: [ProducerBatch] = []
        let built = bytes.withUnsafeReadableBytes { batch in
            Result { () throws(RecordError) in
                var records = try reader.records(in: batch, header: header)
                var built: [(ByteBuffer, Int)] = []
                for count in counts {
                    // Large enough for all of the records, so that none fails to fit.
                    var builder = RecordBatchBuilder(
                        capacity: max(byteCount, batch.count) + RecordBatchHeader.byteCount)
                    for _ in 0..<count {
                        guard let record = try records.next() else { break }
                        _ = builder.append(
                            timestamp: record.timestamp, key: record.key, value: record.value,
                            headers: record.headers)
                    }
                    let size = builder.byteCount
                    built.append(
                        (try builder.finish(RecordBatchProperties(), compression: compression, with: &compressor), size)
                    )
                }
                return built
            }
        }
        let span = idSpan / 2
        for (index, (part, size)) in try built.get().enumerated() {
            parts.append(
                ProducerBatch(
                    partOf: self, id: id + UInt64(index) * span, idSpan: span, bytes: part, recordCount: counts[index],
                    byteCount: size, memory: index == 0 ? memory / 2 : memory - memory / 2,
                    numbers: numbers.removeFirst(Int(counts[index]))))
        }
        return parts
    }

    /// The bytes to send, with the header that says so.
    func encoded(_ identity: ProducerIdentity, sequence: Int32, isTransactional: Bool) -> ByteBuffer {
        if let builder = builder.take() {
            let properties = RecordBatchProperties {
                $0.producerID = identity.id
                $0.producerEpoch = identity.epoch
                $0.baseSequence = sequence
                $0.isTransactional = isTransactional
            }
            bytes = builder.finish(properties)
        } else if identity != self.identity || sequence != self.sequence {
            var buffer = bytes ?? ByteBuffer()
            bytes = nil
            buffer.withUnsafeMutableReadableBytes { bytes in
                var header = RecordBatchHeader(UnsafeRawBufferPointer(bytes))
                header.producerID = identity.id
                header.producerEpoch = identity.epoch
                header.baseSequence = sequence
                header.isTransactional = isTransactional
                header.write(into: bytes)
                MutableRecordBatch(bytes).updateChecksum()
            }
            bytes = buffer
        }
        self.identity = identity
        self.sequence = sequence
        return bytes ?? ByteBuffer()
    }
}
