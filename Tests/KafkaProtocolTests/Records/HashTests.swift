// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Checksums and hashes")
struct HashTests {
    @Test("CRC-32C gives the values of RFC 3720, with and without the processor's instruction")
    func knownChecksums() {
        let vectors: [([UInt8], UInt32)] = [
            ([], 0),
            (Array("123456789".utf8), 0xe306_9283),
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
            ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            (Array(0...31), 0x46dd_794e),
            (Array((0...31).reversed()), 0x113f_db5c),
        ]
        for (bytes, expected) in vectors {
            #expect(bytes.withUnsafeBytes { CRC32C.checksum($0) } == expected)
            #expect(bytes.withUnsafeBytes { CRC32C.portableChecksum($0) } == expected)
        }
    }

    @Test("The processor's CRC-32C equals the portable one at every length, alignment and seed")
    func checksumsAgree() {
        var generator = RecordFixtures.Generator()
        let bytes = (0..<40_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        bytes.withUnsafeBytes { all in
            for length in Array(0...1300) + (0..<100).map({ _ in Int.random(in: 0...39_900, using: &generator) }) {
                let start = Int.random(in: 0...64, using: &generator)
                let part = UnsafeRawBufferPointer(rebasing: all[start..<(start + length)])
                let seed = UInt32.random(in: 0...UInt32.max, using: &generator)
                if CRC32C.checksum(part, seed: seed) != CRC32C.portableChecksum(part, seed: seed) {
                    Issue.record("\(length) bytes at \(start) with seed \(seed)")
                }
            }
        }
    }

    @Test("A checksum goes on from the one of the bytes before")
    func checksumContinues() {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        bytes.withUnsafeBytes { all in
            let first = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: all[..<6789]))
            let second = UnsafeRawBufferPointer(rebasing: all[6789...])
            #expect(CRC32C.checksum(second, seed: first) == CRC32C.checksum(all))
            #expect(CRC32C.portableChecksum(second, seed: first) == CRC32C.checksum(all))
        }
    }

    @Test(
        "Murmur2 gives the hashes of Kafka's Java client",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func murmur2(key: String, expected: Int32) {
        let bytes = Array(key.utf8)
        #expect(bytes.withUnsafeBytes { Murmur2.hash($0) } == expected)
        let partition = bytes.withUnsafeBytes { Murmur2.partition(of: $0, count: 7) }
        #expect(partition == (expected & 0x7fff_ffff) % 7)
    }

    @Test("A string hashes over its UTF-16 units as in Java")
    func javaHash() {
        #expect(JavaString.hashCode("") == 0)
        #expect(JavaString.hashCode("hello") == 99_162_322)
        #expect(JavaString.hashCode("\u{1F600}") == 0xd83d * 31 + 0xde00)
        #expect(JavaString.hashCode("polygenelubricants") == .min)
        #expect(JavaString.partition(of: "polygenelubricants", count: 50) == 0)
        #expect(JavaString.partition(of: "hello", count: 50) == 22)
    }
}
