// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// The batches of a whole segment, one after the other; anything else in its file is an error.
struct SegmentBatches: ~Copyable {
    private let file: LogFile
    private var reader: BatchFileReader
    private var nextOffset: Int64
    private let endOffset: Int64

    /// From a batch on that begins at `position`.
    init(_ segment: CleanableSegment, _ file: LogFile, from position: Int) {
        self.file = file
        reader = BatchFileReader(file, from: position, to: segment.byteCount)
        nextOffset = segment.baseOffset
        endOffset = segment.endOffset
    }

    mutating func next() throws(LogError) -> (header: RecordBatchHeader, bytes: UnsafeRawBufferPointer)? {
        let position = reader.position
        guard let batch = try reader.next() else {
            guard reader.isAtEnd else { throw damage(at: position) }
            return nil
        }
        let header = batch.header
        // The checksum doesn't cover the base offset.
        guard header.baseOffset >= nextOffset, header.hasOffsets, header.nextOffset <= endOffset
        else { throw damage(at: position) }
        nextOffset = header.nextOffset
        return batch
    }

    private func damage(at position: Int) -> LogError {
        LogError(.corruptMessage, "\(file.path) holds no valid batch at byte \(position)")
    }
}
