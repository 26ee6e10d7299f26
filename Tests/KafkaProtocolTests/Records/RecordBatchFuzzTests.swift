// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

/// Whatever the bytes: records or an error, never a crash. The checksum is made right again, because with it wrong
/// nothing behind it would ever be looked at.
@Suite("Hostile record batches")
struct RecordBatchFuzzTests {
    /// Reads and inspects, and demands that both agree whether the batch is one.
    private static func probe(_ bytes: [UInt8], _ reader: inout RecordBatchReader) {
        bytes.withUnsafeBytes { bytes in
            guard let header = try? RecordBatchHeader.framed(bytes) else { return }
            var bytesRead = 0
            var readable = false
            if var records = try? reader.records(in: bytes, header: header) {
                do {
                    while let record = try records.next() {
                        bytesRead += (record.key?.reduce(0) { $0 &+ Int($1) } ?? 0) + (record.value?.count ?? 0)
                        bytesRead += record.headers.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) }
                        if record.headers.reduce(0, { count, _ in count + 1 }) != record.headers.count {
                            Issue.record("headers are fewer than their count")
                        }
                    }
                    readable = true
                } catch {
                    readable = false
                }
            }
            let inspection = try? reader.inspect(batch: bytes, header: header, requireKeys: true)
            // A control batch needs more than records that can be read.
            if (inspection != nil) != readable, !(readable && header.isControl) {
                Issue.record("reader and inspection do not agree on \(Array(bytes))")
            }
        }
    }

    @Test("Every truncation and every flipped bit of real batches", arguments: 0..<7)
    func everyBit(index: Int) {
        let batch = GoldenBatchTests.all[index]
        var reader = RecordBatchReader(maxDecompressedBytes: 1 << 20)
        for count in batch.indices {
            Self.probe(Array(batch[..<count]), &reader)
            // Cut, with a length that says so.
            guard count >= 61 else { continue }
            Self.probe(RecordFixtures.edited(Array(batch[..<count])) { $0.batchLength = Int32(count - 12) }, &reader)
        }
        for bit in 0..<(8 * batch.count) {
            var flipped = batch
            flipped[bit / 8] ^= 1 << (bit % 8)
            Self.probe(flipped, &reader)
        }
    }

    @Test("Random damage to random batches", arguments: Compression.allCases)
    func randomDamage(codec: Compression) throws {
        var generator = RecordFixtures.Generator()
        var reader = RecordBatchReader(maxDecompressedBytes: 1 << 20)
        for _ in 0..<40 {
            let count = Int.random(in: 0...40, using: &generator)
            let records = RecordFixtures.randomRecords(count, using: &generator)
            let batch = Array(try RecordFixtures.build(records, CompressionSettings(codec)).readableBytesView)
            for _ in 0..<100 {
                var damaged = batch
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    let at = Int.random(in: 17..<max(18, damaged.count), using: &generator)
                    damaged[at] = .random(in: 0...255, using: &generator)
                }
                Self.probe(damaged, &reader)
            }
        }
    }

    @Test("Random bytes as records", arguments: Compression.allCases)
    func randomPayload(codec: Compression) {
        var generator = RecordFixtures.Generator()
        var reader = RecordBatchReader(maxDecompressedBytes: 1 << 20)
        for _ in 0..<3000 {
            let payload = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                // Small numbers are more often lengths that nearly fit.
                UInt8.random(in: 0...(Bool.random(using: &generator) ? 24 : 255), using: &generator)
            }
            let count = Int32.random(in: 0...3, using: &generator)
            Self.probe(RecordFixtures.batch(payload: payload, count: count, codec), &reader)
        }
    }
}
