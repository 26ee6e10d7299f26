// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("Building batches anew")
struct RecordBatchRebuildTests {
    @Test("Another codec changes nothing but the codec", arguments: Compression.allCases)
    func recompressed(codec: Compression) throws {
        var generator = RecordFixtures.Generator()
        let records = RecordFixtures.randomRecords(500, using: &generator)
        let properties = RecordBatchProperties {
            $0.producerID = 77
            $0.producerEpoch = 2
            $0.baseSequence = 5
            $0.isTransactional = true
            $0.partitionLeaderEpoch = 4
            $0.lastOffsetDelta = 600
        }
        let batch = try RecordFixtures.build(records, baseOffset: 9, CompressionSettings(codec), properties)
        var reader = RecordBatchReader()
        var compressor = Compressor()
        for target in Compression.allCases {
            let rebuilt = try batch.withUnsafeReadableBytes { bytes in
                try reader.recompressed(
                    bytes, header: RecordBatchHeader(bytes), CompressionSettings(target), with: &compressor)
            }
            #expect(try RecordFixtures.read(rebuilt) == (try RecordFixtures.read(batch)))
            var expected = RecordBatchHeader(batch, at: 0)
            let header = RecordBatchHeader(rebuilt, at: 0)
            expected.compression = target
            expected.batchLength = header.batchLength
            expected.crc = header.crc
            #expect(header == expected)
        }
    }

    @Test("Compaction keeps offsets, the range of offsets and the producer", arguments: Compression.allCases)
    func filtered(codec: Compression) throws {
        var generator = RecordFixtures.Generator()
        let records = RecordFixtures.randomRecords(300, using: &generator)
        let properties = RecordBatchProperties {
            $0.producerID = 77
            $0.producerEpoch = 2
            $0.baseSequence = 5
        }
        let batch = try RecordFixtures.build(records, CompressionSettings(codec), properties)
        for horizon in [nil, 1000, 1 << 50] as [Int64?] {
            let rebuilt = try Self.filter(batch, deleteHorizon: horizon) { $0.offset % 3 == 1 }
            #expect(try RecordFixtures.read(rebuilt) == records.filter { $0.offset % 3 == 1 })
            let header = RecordBatchHeader(rebuilt, at: 0)
            #expect(header.lastOffset == 299)
            #expect(header.recordCount == 100)
            #expect(header.lastSequence == 304)
            #expect(header.deleteHorizon == horizon)
        }
    }

    @Test("A batch that loses all records keeps its header, and can be read")
    func emptied() throws {
        var generator = RecordFixtures.Generator()
        let records = RecordFixtures.randomRecords(10, using: &generator)
        let batch = try RecordFixtures.build(records, baseOffset: 70, CompressionSettings(.zstd))
        let before = RecordBatchHeader(batch, at: 0)
        let rebuilt = try Self.filter(batch, deleteHorizon: 5) { _ in false }
        let header = RecordBatchHeader(rebuilt, at: 0)
        #expect(rebuilt.readableBytes == 61)
        #expect(header.recordCount == 0 && header.baseTimestamp == -1 && header.deleteHorizon == nil)
        #expect(header.maxTimestamp == before.maxTimestamp)
        #expect(header.baseOffset == 70 && header.lastOffset == 79)
        #expect(header.compression == Compression.none)
        #expect(try RecordFixtures.read(rebuilt).isEmpty)
        #expect(try RecordFixtures.inspect(Array(rebuilt.readableBytesView)).correctedMaxTimestamp == nil)
    }

    private static func filter(
        _ batch: ByteBuffer, deleteHorizon: Int64?, keep: (RecordView) -> Bool
    ) throws -> ByteBuffer {
        var reader = RecordBatchReader()
        var compressor = Compressor()
        return try batch.withUnsafeReadableBytes { bytes in
            try reader.filtered(
                bytes, header: RecordBatchHeader(bytes), deleteHorizon: deleteHorizon, CompressionSettings(.snappy),
                with: &compressor, keep: keep)
        }
    }
}
