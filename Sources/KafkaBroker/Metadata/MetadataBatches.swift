// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

/// Builds the batches of a metadata log, as Kafka's own are: uncompressed, without keys.
enum MetadataBatches {
    /// The largest batch that Kafka's quorum writes or replicates.
    static let maximumByteCount = 8 << 20

    /// The frames of records, one after the other.
    struct Frames {
        fileprivate var bytes = ByteBuffer()
        fileprivate var ends: [Int] = []

        init(_ records: [VersionedRecord]) throws(MetadataError) {
            ends.reserveCapacity(records.count)
            for record in records {
                try MetadataRecordFrame.encode(record, into: &bytes)
                ends.append(bytes.writerIndex)
            }
        }

        var count: Int { ends.count }
        /// Whether they fit one batch.
        var fitOneBatch: Bool { bytes.writerIndex + ends.count * overheadOfRecord < maximumByteCount - 100 }
    }

    /// More than the fields of a record take beside its value.
    private static let overheadOfRecord = 25

    /// Appends batches with all records to `target`; the last offset is that of the first record plus their count - 1.
    static func append(
        _ frames: Frames, to target: inout ByteBuffer, baseOffset: Int64, epoch: Int32, timestamp: Int64
    ) {
        var first = 0
        var start = 0
        while first < frames.count {
            // As many as fit, one at least.
            var last = first
            var size = frames.ends[first] - start + overheadOfRecord
            while last + 1 < frames.count {
                let next = frames.ends[last + 1] - frames.ends[last] + overheadOfRecord
                if size + next > maximumByteCount - 100 { break }
                size += next
                last += 1
            }
            var builder = RecordBatchBuilder(
                capacity: size + RecordBatchHeader.byteCount, baseOffset: baseOffset + Int64(first))
            frames.bytes.withUnsafeReadableBytes { bytes in
                for index in first...last {
                    let value = UnsafeRawBufferPointer(rebasing: bytes[start..<frames.ends[index]])
                    let fits = builder.appendValue(value, timestamp: timestamp)
                    precondition(fits, "the builder was made large enough")
                    start = frames.ends[index]
                }
            }
            var batch = builder.finish(RecordBatchProperties { $0.partitionLeaderEpoch = epoch })
            target.writeBuffer(&batch)
            first = last + 1
        }
    }

    /// A batch with one control record.
    static func control(
        _ type: ControlRecordType, _ value: some Message, version: Int16, baseOffset: Int64, epoch: Int32,
        timestamp: Int64
    ) throws(MetadataError) -> ByteBuffer {
        let bytes: ByteBuffer
        do throws(WireError) { bytes = try value.encoded(version: version) } catch {
            throw MetadataError(.unknownServerError, "\(value): \(error)")
        }
        return type.batch(
            value: Array(bytes.readableBytesView), baseOffset: baseOffset, timestamp: timestamp,
            RecordBatchProperties { $0.partitionLeaderEpoch = epoch })
    }
}
