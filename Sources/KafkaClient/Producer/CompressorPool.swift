// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

/// Compressors at rest: as many as ever worked at a time, so that their memory is used again.
final class CompressorPool: Sendable {
    /// Held by one task at a time, hence unchecked.
    private final class Box: @unchecked Sendable {
        var compressor = Compressor()
    }

    private let idle = Mutex<[Box]>([])

    /// Compresses a batch on the calling thread.
    func compress(_ batch: ProducerBatch, _ settings: CompressionSettings) throws(RecordError) {
        let box = idle.withLock { $0.popLast() } ?? Box()
        defer { idle.withLock { $0.append(box) } }
        try batch.compress(settings, with: &box.compressor)
    }
}
