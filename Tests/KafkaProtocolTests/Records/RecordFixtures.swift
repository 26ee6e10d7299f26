// SPDX-License-Identifier: Apache-2.0

import NIOCore

@testable import KafkaProtocol

/// What the tests of record batches share.
enum RecordFixtures {
    /// A record copied out of its batch.
    struct Record: Equatable {
        var offset: Int64 = 0
        var timestamp: Int64
        var key: [UInt8]?
        var value: [UInt8]?
        var headers: [Header] = []

        init(timestamp: Int64, key: [UInt8]?, value: [UInt8]?, headers: [Header] = []) {
            self.timestamp = timestamp
            self.key = key
            self.value = value
            self.headers = headers
        }

        init(_ view: RecordView) {
            offset = view.offset
            timestamp = view.timestamp
            key = view.key.map(Array.init)
            value = view.value.map(Array.init)
            headers = view.headers.map { Header(key: Array($0.key), value: $0.value.map(Array.init)) }
        }
    }

    struct Header: Equatable {
        var key: [UInt8]
        var value: [UInt8]?
    }

    static func bytes(_ hex: String) -> [UInt8] {
        var digits = Array(hex.utf8)[...]
        var bytes: [UInt8] = []
        while let high = digits.popFirst(), let low = digits.popFirst() {
            bytes.append(UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)!)
        }
        return bytes
    }

    static func build(
        _ records: [Record], baseOffset: Int64 = 0, _ compression: CompressionSettings = .none,
        _ properties: RecordBatchProperties = RecordBatchProperties()
    ) throws -> ByteBuffer {
        var builder = RecordBatchBuilder(capacity: 1 << 24, baseOffset: baseOffset)
        for record in records {
            var headers = EncodedRecordHeaders()
            for header in record.headers { headers.append(key: header.key, value: header.value) }
            let fits = withPointer(record.key) { key in
                withPointer(record.value) { value in
                    builder.append(timestamp: record.timestamp, key: key, value: value, headers: headers)
                }
            }
            precondition(fits)
        }
        var compressor = Compressor()
        return try builder.finish(properties, compression: compression, with: &compressor)
    }

    /// All records of one batch, checksum checked.
    static func read(_ batch: [UInt8], maxDecompressedBytes: Int = 1 << 26) throws -> [Record] {
        var reader = RecordBatchReader(maxDecompressedBytes: maxDecompressedBytes)
        var records: [Record] = []
        try batch.withUnsafeBytes { bytes in
            let header = try RecordBatchReader.validate(bytes)
            try reader.forEachRecord(in: bytes, header: header) { records.append(Record($0)) }
        }
        return records
    }

    static func read(_ batch: ByteBuffer) throws -> [Record] {
        try read(Array(batch.readableBytesView))
    }

    static func inspect(
        _ batch: [UInt8], requireKeys: Bool = false, timestamps: ClosedRange<Int64>? = nil
    ) throws -> BatchInspection {
        var reader = RecordBatchReader()
        return try batch.withUnsafeBytes { bytes in
            let header = try RecordBatchReader.validate(bytes)
            return try reader.inspect(batch: bytes, header: header, requireKeys: requireKeys, timestamps: timestamps)
        }
    }

    /// A change to a batch's header, with the checksum that then holds.
    static func edited(_ batch: [UInt8], _ edit: (inout RecordBatchHeader) -> Void) -> [UInt8] {
        var batch = batch
        batch.withUnsafeMutableBytes { bytes in
            var header = RecordBatchHeader(UnsafeRawBufferPointer(bytes))
            edit(&header)
            header.write(into: bytes)
            MutableRecordBatch(bytes).updateChecksum()
        }
        return batch
    }

    /// A batch of these bytes as its records, with a header and a checksum that fit them.
    static func batch(payload: [UInt8], count: Int32, _ compression: Compression = .none) -> [UInt8] {
        var header = RecordBatchHeader()
        header.batchLength = Int32(49 + payload.count)
        header.recordCount = count
        header.lastOffsetDelta = count - 1
        header.compression = compression
        return edited([UInt8](repeating: 0, count: 61) + payload) { $0 = header }
    }

    static func withPointer<Result>(
        _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) rethrows -> Result {
        guard let bytes else { return try body(nil) }
        return try bytes.withUnsafeBytes { try body($0) }
    }

    /// The same numbers for the same seed, so that a failure can be repeated.
    struct Generator: RandomNumberGenerator {
        private var state: UInt64

        init(seed: UInt64) {
            state = seed
        }

        /// With a seed of its own, printed.
        init(_ test: String = #function) {
            let seed = UInt64.random(in: .min ... .max)
            print("\(test): seed \(seed)")
            self.init(seed: seed)
        }

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    static func randomRecords(_ count: Int, using generator: inout Generator) -> [Record] {
        func run(_ most: Int) -> [UInt8] {
            let alphabet = UInt8.random(in: 0...255, using: &generator)
            return (0..<Int.random(in: 0...most, using: &generator)).map { _ in
                .random(in: 0...alphabet, using: &generator)
            }
        }
        let start = Int64.random(in: 0...2_000_000_000_000, using: &generator)
        return (0..<count).map { index in
            var record = Record(
                timestamp: start + .random(in: -100_000...100_000, using: &generator),
                key: Bool.random(using: &generator) ? run(20) : nil,
                value: Int.random(in: 0..<10, using: &generator) > 0 ? run(300) : nil)
            record.offset = Int64(index)
            for _ in 0..<max(0, Int.random(in: -5...3, using: &generator)) {
                record.headers.append(Header(key: run(10), value: Bool.random(using: &generator) ? run(90) : nil))
            }
            return record
        }
    }
}
