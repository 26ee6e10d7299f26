// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Framing of compressed records")
struct CompressionFramingTests {
    static let kafkas = Array(String(repeating: "kafka ", count: 40).utf8)

    @Test("Snappy is written as Java's SnappyOutputStream writes it: a header, then blocks of 32 KiB")
    func snappyFraming() throws {
        let text = CompressionTests.text(70_000)
        let compressed = try CompressionTests.compress(text, CompressionSettings(.snappy))
        #expect(compressed[..<16] == [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
        var sizes: [Int] = []
        var position = 16
        while position < compressed.count {
            let length = compressed[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
            position += 4
            sizes.append(
                try CompressionTests.decompress(Array(compressed[position..<(position + length)]), .snappy).count)
            position += length
        }
        #expect(sizes == [32_768, 32_768, 4464])
    }

    @Test("A bare snappy block, as librdkafka sends it, is read too")
    func rawSnappy() throws {
        let raw = RecordFixtures.bytes("f001146b61666b6120fe0600fe0600fe0600a60600")
        #expect(try CompressionTests.decompress(raw, .snappy) == Self.kafkas)
    }

    @Test("A snappy block whose length cannot be true is refused")
    func falseSnappyLength() {
        #expect(throws: RecordError.self) {
            try CompressionTests.decompress([0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0], .snappy)
        }
    }

    @Test("LZ4 is written as Kafka writes it: independent blocks of 64 KiB, neither checksums nor size")
    func lz4Framing() throws {
        for size in [10, 200_000] {
            for level in [nil, 3] {
                let settings = CompressionSettings(.lz4, level: level)
                let frame = try CompressionTests.compress(CompressionTests.text(size), settings)
                #expect(frame[..<7] == [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
                #expect(frame.suffix(4) == [0, 0, 0, 0])
            }
        }
    }

    @Test("An LZ4 frame with linked blocks, checksums and a size is read")
    func foreignLZ4() throws {
        let frame = RecordFixtures.bytes(
            "04224d187c40f0000000000000001c100000006f6b61666b61200600d25061666b61208b188b2100000000e1351a75")
        #expect(try CompressionTests.decompress(frame, .lz4) == Self.kafkas)
        var corrupt = frame
        corrupt[corrupt.count - 1] ^= 1
        #expect(throws: RecordError.self) { try CompressionTests.decompress(corrupt, .lz4) }
    }

    @Test("A Zstandard frame without a content size is read, and its checksum checked")
    func streamedZstd() throws {
        let frame = RecordFixtures.bytes("28b52ffd04006d0000306b61666b61200100e750a508d2d0616b")
        #expect(try CompressionTests.decompress(frame, .zstd) == Self.kafkas)
        var corrupt = frame
        corrupt[corrupt.count - 1] ^= 1
        #expect(throws: RecordError.self) { try CompressionTests.decompress(corrupt, .zstd) }
    }

    @Test("Streams that follow one another are read as one", arguments: CompressionTests.codecs)
    func concatenated(codec: Compression) throws {
        let first = CompressionTests.text(100_000)
        let second = Array("and the end".utf8)
        let both =
            try CompressionTests.compress(first, CompressionSettings(codec))
            + CompressionTests.compress(second, CompressionSettings(codec))
        #expect(try CompressionTests.decompress(both, codec) == first + second)
    }
}
