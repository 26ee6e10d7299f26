// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Identifiers")
struct KafkaUUIDTests {
    @Test(
        "An identifier is written and read as base64url",
        arguments: [
            // Two topics of the recordings; all zeros, one, all ones; the two characters base64url has of its own.
            ("RQVK0l21TjWBZNdi1bQKUA", 0x45054ad25db54e35, 0x8164d762d5b40a50),
            ("c8TwYTHjRTy3J6OaLT_cZQ", 0x73c4f06131e3453c, 0xb727a39a2d3fdc65),
            ("AAAAAAAAAAAAAAAAAAAAAA", 0x0000000000000000, 0x0000000000000000),
            ("AAAAAAAAAAAAAAAAAAAAAQ", 0x0000000000000000, 0x0000000000000001),
            ("_____________________w", 0xffffffffffffffff, 0xffffffffffffffff),
            ("-_8AAAAAAAAAAAAAAAAAAA", 0xfbff000000000000, 0x0000000000000000),
            ("ABEiM0RVZneImaq7zN3u_w", 0x0011223344556677, 0x8899aabbccddeeff),
        ] as [(String, UInt64, UInt64)])
    func vectors(_ text: String, _ high: UInt64, _ low: UInt64) {
        let id = KafkaUUID(high: high, low: low)
        #expect(id.description == text)
        #expect(KafkaUUID(text) == id)
        #expect(KafkaUUID(text + "==") == id)
    }

    @Test("Random identifiers survive being written and read, have version 4 and never begin with a dash")
    func random() {
        var seen: Set<KafkaUUID> = []
        for _ in 0..<2000 {
            let id = KafkaUUID.random()
            #expect(KafkaUUID(id.description) == id)
            #expect(id.description.utf8.count == 22 && !id.description.hasPrefix("-"))
            #expect(id.high >> 12 & 0xf == 4 && id.low >> 62 == 2)
            seen.insert(id)
        }
        #expect(seen.count == 2000)
    }

    @Test("Any 128 bits survive being written and read")
    func anyBits() {
        var random = TestRandom("any bits")
        for _ in 0..<2000 {
            let id = KafkaUUID(high: random.next(), low: random.next())
            #expect(KafkaUUID(id.description) == id, "seed \(TestRandom.seed)")
        }
    }

    @Test(
        "What is no identifier is refused",
        arguments: [
            "", "=", "A", "AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAA+A",
            "AAAAAAAAAAAAAAAAAAAA/A", "AAAAAAAAAA AAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAä", "=AAAAAAAAAAAAAAAAAAAAAA",
        ])
    func refused(_ text: String) { #expect(KafkaUUID(text) == nil) }

    @Test("Identifiers are ordered by their bits")
    func order() {
        #expect(KafkaUUID(high: 1, low: 0) > KafkaUUID(high: 0, low: .max))
        #expect(KafkaUUID(high: 1, low: 1) > KafkaUUID(high: 1, low: 0))
        #expect(!(KafkaUUID.zero < KafkaUUID.zero))
    }
}
