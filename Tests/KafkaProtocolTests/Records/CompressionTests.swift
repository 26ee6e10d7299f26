// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Compression of records")
struct CompressionTests {
    static let codecs = Compression.allCases.filter { $0 != .none }

    /// Text that compresses, of any length.
    static func text(_ count: Int) -> [UInt8] {
        var page: [UInt8] = []
        for line in 0..<1000 { page += Array("line \(line &* 7919 % 1009) of a log\n".utf8) }
        var text: [UInt8] = []
        while text.count < count { text += page }
        return Array(text[..<count])
    }

    static func compress(_ bytes: [UInt8], _ settings: CompressionSettings) throws -> [UInt8] {
        var compressor = Compressor()
        return try bytes.withUnsafeBytes { Array(try compressor.compress($0, settings)) }
    }

    static func decompress(_ bytes: [UInt8], _ codec: Compression, limit: Int = 1 << 28) throws -> [UInt8] {
        var decompressor = Decompressor()
        var buffer = GrowingBuffer()
        return try bytes.withUnsafeBytes {
            Array(try decompressor.decompress($0, codec, into: &buffer, limit: limit))
        }
    }

    @Test("Every codec gives back what it was given, whatever the size", arguments: codecs)
    func roundTrip(codec: Compression) throws {
        var compressor = Compressor()
        var decompressor = Decompressor()
        var buffer = GrowingBuffer()
        for size in [0, 1, 100, 32 << 10, (32 << 10) + 1, 64 << 10, 1 << 20, 3_000_000, 10] {
            let text = Self.text(size)
            try text.withUnsafeBytes { bytes in
                let compressed = try compressor.compress(bytes, CompressionSettings(codec))
                let result = try decompressor.decompress(compressed, codec, into: &buffer, limit: size)
                #expect(Array(result) == text, "\(size) bytes")
            }
        }
    }

    @Test("Bytes without any pattern survive every codec", arguments: codecs)
    func incompressible(codec: Compression) throws {
        var generator = RecordFixtures.Generator()
        let noise = (0..<300_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        #expect(try Self.decompress(try Self.compress(noise, CompressionSettings(codec)), codec) == noise)
    }

    @Test("Every level that Kafka's configuration takes works, and others are moved into the range")
    func levels() throws {
        let text = Self.text(20_000)
        for codec in Self.codecs {
            let levels = [codec.defaultLevel, codec.levels?.lowerBound, codec.levels?.upperBound, 5, 10, -7, 99, nil]
            var compressor = Compressor()
            for level in levels {
                let compressed = try text.withUnsafeBytes {
                    Array(try compressor.compress($0, CompressionSettings(codec, level: level)))
                }
                #expect(try Self.decompress(compressed, codec) == text, "\(codec) \(level ?? 0)")
            }
        }
        let best = try Self.compress(text, CompressionSettings(.gzip, level: 9))
        let fast = try Self.compress(text, CompressionSettings(.gzip, level: 1))
        #expect(best.count < fast.count)
    }

    @Test("A codec has the name and the number that Kafka gives it")
    func names() {
        for codec in Compression.allCases { #expect(Compression(name: codec.name) == codec) }
        #expect(Compression.allCases.map(\.name) == ["none", "gzip", "snappy", "lz4", "zstd"])
        #expect(Compression(name: "producer") == nil)
        #expect(Compression(rawValue: 5) == nil)
    }

    @Test("More bytes than the limit are an error, exactly the limit are not", arguments: codecs)
    func bomb(codec: Compression) throws {
        let bomb = try Self.compress([UInt8](repeating: 0, count: 50_000_000), CompressionSettings(codec))
        #expect(throws: RecordError.tooLarge(limit: 1_000_000)) {
            try Self.decompress(bomb, codec, limit: 1_000_000)
        }
        #expect(throws: RecordError.tooLarge(limit: 49_999_999)) {
            try Self.decompress(bomb, codec, limit: 49_999_999)
        }
        #expect(try Self.decompress(bomb, codec, limit: 50_000_000).count == 50_000_000)
    }

    @Test("A codec goes on with the next batch after one that was corrupt", arguments: codecs)
    func recovers(codec: Compression) throws {
        let text = Self.text(100_000)
        let good = try Self.compress(text, CompressionSettings(codec))
        var decompressor = Decompressor()
        var buffer = GrowingBuffer()
        for cut in [1, 3, 20, good.count / 2, good.count - 1] {
            try good.withUnsafeBytes { bytes in
                #expect(throws: RecordError.self, "\(cut) bytes of \(bytes.count)") {
                    let part = UnsafeRawBufferPointer(rebasing: bytes[..<cut])
                    _ = try decompressor.decompress(part, codec, into: &buffer, limit: 1 << 20)
                }
                let whole = try decompressor.decompress(bytes, codec, into: &buffer, limit: 1 << 20)
                #expect(Array(whole) == text)
            }
        }
    }
}
