// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite("Building record batches")
struct RecordBatchBuilderTests {
    typealias Record = RecordFixtures.Record

    @Test("Records come back as they were appended, with every codec", arguments: Compression.allCases)
    func roundTrip(codec: Compression) throws {
        var generator = RecordFixtures.Generator()
        for count in [0, 1, 2, 63, 64, 65, 1000] {
            let records = RecordFixtures.randomRecords(count, using: &generator)
            let batch = try RecordFixtures.build(records, CompressionSettings(codec))
            #expect(try RecordFixtures.read(batch) == records, "\(count) records")
            let header = RecordBatchHeader(batch, at: 0)
            #expect(header.recordCount == count)
            #expect(header.byteCount == batch.readableBytes)
            #expect(header.maxTimestamp == records.map(\.timestamp).max() ?? -1)
            #expect(header.compression == (count == 0 ? Compression.none : codec))
        }
    }

    @Test("The short way for values writes the same bytes as the general one")
    func appendValue() throws {
        for count in [0, 1, 55, 56, 57, 63, 64, 120, 8000, 8200, 1_100_000] {
            let value = [UInt8](repeating: 7, count: count)
            var short = RecordBatchBuilder(capacity: 1 << 27)
            var general = RecordBatchBuilder(capacity: 1 << 27)
            value.withUnsafeBytes { value in
                for index in 0..<(count == 56 ? 8300 : 70) {
                    let timestamp = 1_700_000_000_000 + Int64(index / 70 * 3)
                    let first = short.appendValue(value, timestamp: timestamp)
                    let second = general.append(timestamp: timestamp, key: nil, value: value)
                    // An expectation for each of so many takes seconds.
                    if first != second { Issue.record("one fits, the other does not") }
                }
            }
            let batches = (short.finish(), general.finish())
            #expect(batches.0 == batches.1)
        }
    }

    @Test("A builder uses a batch's memory again, but for one that somebody still holds")
    func reuse() {
        func build(_ byte: UInt8, reusing memory: consuming ByteBuffer) -> ByteBuffer {
            var builder = RecordBatchBuilder(capacity: 4096, reusing: memory)
            _ = withUnsafeBytes(of: byte) { builder.appendValue($0, timestamp: 0) }
            return builder.finish()
        }
        func address(_ batch: ByteBuffer) -> UnsafeRawPointer? { batch.withUnsafeReadableBytes(\.baseAddress) }
        let fresh = build(1, reusing: ByteBuffer())
        let held = build(1, reusing: ByteBuffer())
        let second = build(2, reusing: held)
        #expect(held == fresh)
        #expect(address(second) != address(held))
        var third = build(3, reusing: ByteBuffer())
        let place = address(third)
        third = build(1, reusing: third.take())
        #expect(address(third) == place)
        #expect(third == fresh)
    }

    @Test("A batch takes exactly its capacity, and then no more")
    func capacity() {
        let value = [UInt8](repeating: 1, count: 50)
        value.withUnsafeBytes { value in
            // A record of 50 bytes is one of 57.
            var builder = RecordBatchBuilder(capacity: 61 + 3 * 57)
            for _ in 0..<3 {
                let fits = builder.appendValue(value, timestamp: 5)
                #expect(fits)
            }
            #expect(builder.byteCount == 61 + 3 * 57)
            let fourth = builder.appendValue(value, timestamp: 5)
            #expect(!fourth)
            #expect(builder.count == 3)
            var smaller = RecordBatchBuilder(capacity: 61 + 3 * 57 - 1)
            for index in 0..<3 {
                let fits = smaller.append(timestamp: 5, key: nil, value: value)
                #expect(fits == (index < 2))
            }
        }
    }

    @Test("An empty batch takes a record larger than its capacity")
    func oversized() throws {
        let value = [UInt8](repeating: 1, count: 5000)
        var builder = RecordBatchBuilder(capacity: 100)
        let fits = value.withUnsafeBytes { builder.appendValue($0, timestamp: 5) }
        #expect(fits)
        let again = value.withUnsafeBytes { builder.appendValue($0, timestamp: 5) }
        #expect(!again)
        let batch = builder.finish()
        #expect(try RecordFixtures.read(batch) == [Record(timestamp: 5, key: nil, value: value)])
    }

    @Test("Timestamps may go back, lie before 1970 and span everything")
    func timestamps() throws {
        let stamps: [Int64] = [5, 3, -1, .max, .min, 0]
        var records = stamps.map { Record(timestamp: $0, key: nil, value: []) }
        for index in records.indices { records[index].offset = Int64(index) }
        #expect(try RecordFixtures.read(try RecordFixtures.build(records)) == records)
    }

    @Test("What the properties say stands in the header")
    func properties() throws {
        let properties = RecordBatchProperties {
            $0.producerID = 1 << 40
            $0.producerEpoch = 7
            $0.baseSequence = .max
            $0.isTransactional = true
            $0.isControl = true
            $0.partitionLeaderEpoch = 12
            $0.logAppendTime = 99
            $0.lastOffsetDelta = 4
        }
        let batch = try RecordFixtures.build(
            [Record(timestamp: 5, key: nil, value: [])], baseOffset: 1000, .none, properties)
        let header = RecordBatchHeader(batch, at: 0)
        #expect(RecordBatchProperties(of: header) == properties)
        #expect(header.timestampType == .logAppendTime)
        #expect(header.lastOffset == 1004 && header.nextOffset == 1005)
        #expect(header.lastSequence == 3)
        #expect(try RecordFixtures.read(batch).first?.timestamp == 99)
        #expect(try RecordFixtures.read(batch).first?.offset == 1000)
    }

    @Test("A record of another batch keeps its offset, and one out of reach is refused")
    func foreignRecord() throws {
        func view(_ offset: Int64) -> RecordView {
            RecordView(offset: offset, timestamp: 1, key: nil, value: nil, headers: .none, sizeInBytes: 0)
        }
        var builder = RecordBatchBuilder(capacity: 1000, baseOffset: 100)
        for offset in [101, 105] as [Int64] {
            let fits = try builder.append(view(offset))
            #expect(fits)
        }
        for offset in [99, .max, .min] as [Int64] {
            let refused: Bool
            do {
                _ = try builder.append(view(offset))
                refused = false
            } catch {
                refused = true
            }
            #expect(refused)
        }
        let batch = builder.finish()
        #expect(RecordBatchHeader(batch, at: 0).lastOffset == 105)
        #expect(try RecordFixtures.read(batch).map(\.offset) == [101, 105])
    }
}

extension ByteBuffer {
    /// Hands the memory over, so that nobody else holds it.
    fileprivate mutating func take() -> ByteBuffer {
        defer { self = ByteBuffer() }
        return self
    }
}
