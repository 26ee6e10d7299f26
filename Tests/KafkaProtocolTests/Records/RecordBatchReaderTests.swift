// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("Reading record batches")
struct RecordBatchReaderTests {
    typealias Record = RecordFixtures.Record

    static func batch(_ stamps: [Int64] = [10, 12, 11]) throws -> [UInt8] {
        let records = stamps.map { Record(timestamp: $0, key: [1], value: [2, 3]) }
        return Array(try RecordFixtures.build(records, baseOffset: 20).readableBytesView)
    }

    static func error(_ body: () throws -> Void) -> RecordError? {
        do {
            try body()
            return nil
        } catch {
            return error as? RecordError
        }
    }

    @Test("A header is written as it was read")
    func header() throws {
        let batch = try Self.batch()
        let header = batch.withUnsafeBytes { RecordBatchHeader($0) }
        var copy = [UInt8](repeating: 0, count: 61)
        copy.withUnsafeMutableBytes { header.write(into: $0) }
        #expect(copy == Array(batch[..<61]))
        var buffer = ByteBuffer(bytes: [9, 9] + batch)
        buffer.moveReaderIndex(forwardBy: 1)
        #expect(RecordBatchHeader(buffer, at: 2) == header)
    }

    @Test("Sequence numbers begin again at 0 after the greatest")
    func sequences() {
        #expect(RecordBatchHeader.sequence(5, advancedBy: 3) == 8)
        #expect(RecordBatchHeader.sequence(.max, advancedBy: 1) == 0)
        #expect(RecordBatchHeader.sequence(.max - 1, advancedBy: 5) == 3)
    }

    @Test("A batch with a wrong checksum, length or format is refused")
    func refused() throws {
        let batch = try Self.batch()
        func validate(_ bytes: [UInt8]) -> RecordError? {
            Self.error { _ = try bytes.withUnsafeBytes { try RecordBatchReader.validate($0) } }
        }
        #expect(validate(batch) == nil)
        #expect(validate(batch + [1, 2, 3]) == nil)
        var corrupt = batch
        corrupt[batch.count - 1] ^= 1
        guard case .corruptChecksum = validate(corrupt) else {
            Issue.record("not refused for its checksum")
            return
        }
        for count in batch.indices {
            guard case .truncated = validate(Array(batch[..<count])) else {
                Issue.record("\(count) bytes are not refused")
                return
            }
        }
        #expect(validate(RecordFixtures.edited(batch) { $0.magic = 1 }) == .unsupportedMagic(1))
        #expect(validate(RecordFixtures.edited(batch) { $0.batchLength = 48 }) == .corruptLength(48))
        #expect(validate(RecordFixtures.edited(batch) { $0.batchLength = .min }) == .corruptLength(-2_147_483_648))
    }

    @Test("A number of records that the bytes do not hold is refused")
    func wrongCount() throws {
        for count in [2, 4, -1, .max] as [Int32] {
            let batch = RecordFixtures.edited(try Self.batch()) { $0.recordCount = count }
            #expect(throws: RecordError.self) { try RecordFixtures.read(batch) }
            #expect(throws: RecordError.self) { try RecordFixtures.inspect(batch) }
        }
    }

    @Test("A codec that nobody knows is refused")
    func unknownCodec() throws {
        let batch = RecordFixtures.edited(try Self.batch()) { $0.attributes = 6 }
        #expect(throws: RecordError.unsupportedCompression(6)) { try RecordFixtures.read(batch) }
    }

    @Test(
        "A record whose parts contradict its length is refused",
        arguments: [
            "0a0000000101", "10000000010100", "0e00000001010000", "0c000000010102", "0c000000010101", "0c000000040100",
            "0c0000000101fe", "100000000101020101", "0d000000010100", "ffffffffff0f00", "160000ffffffffff0f010100",
            "0effffffffffffff",
        ])
    func invalidRecords(hex: String) throws {
        let batch = RecordFixtures.batch(payload: RecordFixtures.bytes(hex), count: 1)
        #expect(throws: RecordError.self) { try RecordFixtures.read(batch) }
        #expect(throws: RecordError.self) { try RecordFixtures.inspect(batch) }
    }

    @Test("A walk over fetched bytes ends where a batch is incomplete")
    func sequence() throws {
        let one = try Self.batch([1])
        let two = try Self.batch([1, 2])
        let all = one + two + one
        for count in 0...all.count {
            try all[..<count].withUnsafeBytes { bytes in
                var batches = RecordBatchSequence(bytes)
                var sizes: [Int] = []
                while let batch = try batches.next() { sizes.append(batch.bytes.count) }
                #expect(batches.position == sizes.reduce(0, +))
                let complete = [one.count, one.count + two.count, all.count].filter { $0 <= count }.count
                #expect(sizes == Array([one.count, two.count, one.count][..<complete]))
            }
        }
    }

    @Test("A walk over bytes that are no batch is an error")
    func noBatch() throws {
        let zeros = [UInt8](repeating: 0, count: 100)
        #expect(throws: RecordError.unsupportedMagic(0)) {
            try zeros.withUnsafeBytes { bytes in
                var batches = RecordBatchSequence(bytes)
                _ = try batches.next()
            }
        }
    }

    @Test("Records that decompress to more than the reader's limit are refused", arguments: CompressionTests.codecs)
    func limit(codec: Compression) throws {
        let record = Record(timestamp: 1, key: nil, value: [UInt8](repeating: 0, count: 3_000_000))
        let batch = Array(try RecordFixtures.build([record], CompressionSettings(codec)).readableBytesView)
        #expect(throws: RecordError.tooLarge(limit: 1 << 20)) {
            try RecordFixtures.read(batch, maxDecompressedBytes: 1 << 20)
        }
        #expect(try RecordFixtures.read(batch) == [record])
    }

    @Test("Every error says what is wrong")
    func descriptions() {
        #expect(
            "\(RecordError.unsupportedMagic(1))"
                == "Record batch has the old message format 1; only version 2 is supported")
        #expect("\(RecordError.decompressionFailed(.zstd, "bad"))" == "Records cannot be decompressed with zstd: bad")
    }
}
