// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("Inspecting a batch before it is appended")
struct BatchInspectionTests {
    typealias Record = RecordFixtures.Record

    @Test("The greatest timestamp and its offset are found", arguments: Compression.allCases)
    func maxTimestamp(codec: Compression) throws {
        let records = [10, 30, 20, 30].map { Record(timestamp: $0, key: nil, value: [1]) }
        let batch = try RecordFixtures.build(records, baseOffset: 100, CompressionSettings(codec))
        let inspection = try RecordFixtures.inspect(Array(batch.readableBytesView))
        #expect(inspection.maxTimestamp == 30)
        #expect(inspection.offsetOfMaxTimestamp == 101)
        #expect(inspection.correctedMaxTimestamp == nil)
        #expect(inspection.hasConsecutiveOffsets)
        #expect(inspection.uncompressedByteCount == 4 * 8)
    }

    @Test("A wrong greatest timestamp in the header is reported with the right one")
    func correction() throws {
        let batch = RecordFixtures.edited(try RecordBatchReaderTests.batch()) { $0.maxTimestamp = 999 }
        let inspection = try RecordFixtures.inspect(batch)
        #expect(inspection.correctedMaxTimestamp == 12)
        var corrected = batch
        corrected.withUnsafeMutableBytes {
            MutableRecordBatch($0).setMaxTimestamp(12, type: .createTime)
        }
        #expect(corrected == (try RecordBatchReaderTests.batch()))
    }

    @Test("LogAppendTime counts in place of the records' own timestamps")
    func logAppendTime() throws {
        var batch = try RecordBatchReaderTests.batch()
        batch.withUnsafeMutableBytes { MutableRecordBatch($0).setMaxTimestamp(777, type: .logAppendTime) }
        let inspection = try RecordFixtures.inspect(batch, timestamps: 0...5)
        #expect(inspection.maxTimestamp == 777)
        #expect(inspection.offsetOfMaxTimestamp == 22)
        #expect(inspection.invalidRecordCount == 0)
        #expect(try RecordFixtures.read(batch).map(\.timestamp) == [777, 777, 777])
    }

    @Test("Records without a key are listed when the topic is compacted")
    func missingKeys() throws {
        let records = [Record(timestamp: 1, key: [1], value: nil), Record(timestamp: 1, key: nil, value: [])]
        let batch = Array(try RecordFixtures.build(records + records).readableBytesView)
        #expect(try RecordFixtures.inspect(batch).invalidRecords.isEmpty)
        let inspection = try RecordFixtures.inspect(batch, requireKeys: true)
        #expect(
            inspection.invalidRecords == [.init(index: 1, reason: .missingKey), .init(index: 3, reason: .missingKey)])
    }

    @Test("Records with timestamps out of range are listed, those without one are not")
    func timestampRange() throws {
        let batch = try RecordBatchReaderTests.batch([10, -1, 21, 20])
        let inspection = try RecordFixtures.inspect(batch, timestamps: 10...20)
        #expect(inspection.invalidRecords == [.init(index: 2, reason: .timestampOutOfRange(21))])
    }

    @Test("A list of invalid records is bounded, their number exact")
    func manyInvalid() throws {
        let records = (0..<3000).map { _ in Record(timestamp: 1, key: nil, value: nil) }
        let batch = Array(try RecordFixtures.build(records).readableBytesView)
        let inspection = try RecordFixtures.inspect(batch, requireKeys: true)
        #expect(inspection.invalidRecords.count == 1000)
        #expect(inspection.invalidRecordCount == 3000)
    }

    @Test("Offsets that do not count up are reported, and a renumbered batch has those that do")
    func renumbered() throws {
        // Two records, both with offset delta 0.
        let payload = RecordFixtures.bytes("0c0000000101000c000200010100")
        for codec in Compression.allCases {
            let records = try CompressionTests.compress(payload, CompressionSettings(codec))
            let batch = RecordFixtures.edited(RecordFixtures.batch(payload: records, count: 2, codec)) {
                $0.baseOffset = 40
                $0.producerID = 8
            }
            #expect(!(try RecordFixtures.inspect(batch).hasConsecutiveOffsets))
            var reader = RecordBatchReader()
            var compressor = Compressor()
            let rebuilt = try batch.withUnsafeBytes { bytes in
                try reader.renumbered(
                    bytes, header: RecordBatchHeader(bytes), CompressionSettings(.lz4), with: &compressor)
            }
            let inspection = try RecordFixtures.inspect(Array(rebuilt.readableBytesView))
            #expect(inspection.hasConsecutiveOffsets)
            #expect(try RecordFixtures.read(rebuilt).map(\.offset) == [40, 41])
            #expect(try RecordFixtures.read(rebuilt).map(\.timestamp) == [-1, 0])
            #expect(RecordBatchHeader(rebuilt, at: 0).producerID == 8)
        }
    }

    @Test("What a client may not send is refused by its header")
    func clientHeader() throws {
        let header = try RecordBatchReaderTests.batch().withUnsafeBytes { RecordBatchHeader($0) }
        try header.validateFromClient()
        let edits: [(inout RecordBatchHeader) -> Void] = [
            { $0.recordCount = 0 }, { $0.recordCount = 2 }, { $0.lastOffsetDelta = -1 }, { $0.isControl = true },
            { $0.producerID = 1 }, { $0.baseOffset = .max }, { $0.recordCount = .min },
        ]
        for edit in edits {
            var header = header
            edit(&header)
            #expect(throws: RecordError.self) { try header.validateFromClient() }
        }
    }

    @Test("A control batch needs control keys")
    func controlKeys() throws {
        let marker = EndTransactionMarker(isCommit: false, coordinatorEpoch: 9)
        let batch = marker.batch(timestamp: 5, producerID: 1, producerEpoch: 0)
        _ = try RecordFixtures.inspect(Array(batch.readableBytesView))
        let wrong = RecordFixtures.edited(try RecordBatchReaderTests.batch()) { $0.isControl = true }
        #expect(throws: RecordError.self) { try RecordFixtures.inspect(wrong) }
        let leader = ControlRecordType.leaderChange.batch(value: [1, 2, 3], timestamp: 4)
        #expect(RecordBatchHeader(leader, at: 0).isControl)
        #expect(try RecordFixtures.read(leader).first?.key == [0, 0, 0, 2])
        #expect("\(ControlRecordType.commit) \(ControlRecordType(rawValue: 99))" == "COMMIT UNKNOWN")
    }
}
