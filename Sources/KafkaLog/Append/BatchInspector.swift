// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import Synchronization

/// The codecs and memory that checking batches takes; lent out, so that there are as many as threads that append.
///
/// Sendable because nobody but the borrower touches one until it is given back.
final class BatchInspector: @unchecked Sendable {
    var reader = RecordBatchReader()
    var compressor = Compressor()

    private static let idle = Mutex<[BatchInspector]>([])

    static func borrow() -> BatchInspector { idle.withLock { $0.popLast() } ?? BatchInspector() }

    static func giveBack(_ inspector: BatchInspector) {
        inspector.reader.releaseMemory()
        // What one append may inflate is nothing to the next borrower.
        inspector.reader.maxDecompressedBytes = RecordBatchReader.defaultMaxDecompressedBytes
        idle.withLock { $0.append(inspector) }
    }
}
