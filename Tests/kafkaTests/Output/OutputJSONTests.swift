// SPDX-License-Identifier: Apache-2.0

import KafkaText
import TestSupport
import Testing

@testable import kafka

@Suite("Strings of JSON in output")
struct OutputJSONTests {
    @Test("Texts come out of a string of JSON as they went in, at every length and alignment")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<2000 {
            let text = String(decoding: random.bytes(upTo: round % 100 == 0 ? 40_000 : 60), as: UTF8.self)
            let out = Output()
            out.batch { $0.append(json: text) }
            #expect(try JSON.parse(out.bytes) == .string(text), "seed \(seed)")
            #expect(try JSON.parse(JSON.string(text).serialized()) == .string(text), "seed \(seed)")
        }
    }

    @Test("Escapes are the shortest, and control characters the only ones in hexadecimal")
    func escapes() {
        let out = Output()
        out.batch { $0.append(json: "\"\\/\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}é") }
        #expect(out.text == #""\"\\/\n\r\t\b\f\u0000\u001f"# + "\u{7f}é\"")
    }

    @Test("Base64 comes out of a string of JSON as it went in")
    func base64() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for count in [0, 1, 2, 3, 4, 9215, 9216, 9217, 30_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let out = Output()
            bytes.withUnsafeBytes { bytes in out.batch { $0.append(base64: bytes) } }
            let text = try #require(try JSON.parse(out.bytes).text)
            #expect(text == Base64.encode(bytes) && Base64.decode(text) == bytes, "seed \(seed)")
        }
    }
}
