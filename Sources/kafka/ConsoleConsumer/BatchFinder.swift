// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// The batch that a record came in, found by its offset.
struct BatchFinder: Sendable {
    private var headers: [RecordBatchHeader] = []
    private var index = 0

    init(needed: Bool, _ buffer: ByteBuffer) {
        guard needed else { return }
        buffer.withUnsafeReadableBytes { bytes in
            var batches = RecordBatchSequence(bytes)
            // What can't be read is reported when the records are.
            while let batch = try? batches.next() { headers.append(batch.header) }
        }
    }

    /// Offsets must not go down from call to call.
    mutating func batch(of offset: Int64) -> RecordBatchHeader? {
        while index < headers.count, headers[index].lastOffset < offset { index += 1 }
        return index < headers.count ? headers[index] : nil
    }
}
