// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport
import Testing

@testable import KafkaText

@Suite("Text in a buffer")
struct TextBufferTests {
    /// Keeps what it gets.
    private final class Kept: TextDrain {
        private let pieces = Mutex<[[UInt8]]>([])

        var sent: Int { pieces.withLock { $0.joined().count } }
        var bytes: [UInt8] { pieces.withLock { Array($0.joined()) } }
        var count: Int { pieces.withLock { $0.count } }

        func take(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
            pieces.withLock { $0.append(Array(first) + Array(second)) }
        }
    }

    @Test("What is written comes out in its order, whatever its sizes, in memory and through a drain")
    func pieces() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let kept = Kept()
            let capacity = Int.random(in: 1...300, using: &random)
            var inside = TextBuffer(capacity: capacity)
            var through = TextBuffer(capacity: capacity, drain: kept)
            var expected: [UInt8] = []
            for _ in 0..<50 {
                let bytes = random.bytes(upTo: 400)
                let number = Int64(bitPattern: UInt64.random(in: 0 ... .max, using: &random))
                let way = Int.random(in: 0..<4, using: &random)
                func append(_ buffer: inout TextBuffer) {
                    switch way {
                    case 0: bytes.withUnsafeBytes { buffer.append($0) }
                    case 1: for byte in bytes { buffer.append(byte) }
                    case 2: buffer.append(number)
                    default:
                        buffer.append(space: bytes.count + 9) { out in
                            for (index, byte) in bytes.enumerated() { out[index] = byte }
                            return bytes.count
                        }
                    }
                }
                append(&inside)
                append(&through)
                expected += way == 2 ? Array("\(number)".utf8) : bytes
                #expect(through.written == expected.count && through.sent == kept.sent, "seed \(seed)")
            }
            #expect(inside.bytes == expected && inside.sent == expected.count, "seed \(seed)")
            through.flush()
            #expect(kept.bytes == expected && through.sent == expected.count, "seed \(seed)")
            through.flush()
            #expect(through.bytes.isEmpty, "seed \(seed)")
        }
    }

    @Test("What is large goes to the drain from where it is, together with what waits")
    func large() {
        let kept = Kept()
        var buffer = TextBuffer(capacity: 64, drain: kept)
        buffer.append(text: String(repeating: "a", count: 60))
        let large = [UInt8](repeating: 98, count: 1000)
        large.withUnsafeBytes { buffer.append($0) }
        #expect(kept.count == 1 && kept.sent == 1060 && buffer.bytes.isEmpty)
    }

    @Test("Texts come out of a string of JSON as they went in, at every length and alignment")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for round in 0..<2000 {
            let text = String(decoding: random.bytes(upTo: round % 100 == 0 ? 40_000 : 60), as: UTF8.self)
            var out = TextBuffer()
            out.append(json: text)
            #expect(try JSON.parse(out.bytes) == .string(text), "seed \(seed)")
            #expect(try JSON.parse(JSON.string(text).serialized()) == .string(text), "seed \(seed)")
        }
    }

    @Test("Escapes are the shortest, and control characters the only ones in hexadecimal, in upper case")
    func escapes() {
        let text = "\"\\/\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}\u{9b}é\u{202e}😀"
        let short = #""\"\\/\n\r\t\b\f\u0000\u001F"#
        var out = TextBuffer()
        out.append(json: text)
        #expect(out.text == short + "\u{7f}\u{9b}é\u{202e}😀\"")
        // Values may be shown at a terminal.
        #expect(JSON.string(text).serialized() == short + #"\u007F\u009Bé\u202E😀""#)
    }

    @Test("Base64 comes out of a string of JSON as it went in")
    func base64() throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for count in [0, 1, 2, 3, 4, 9215, 9216, 9217, 30_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var out = TextBuffer()
            bytes.withUnsafeBytes { out.append(base64: $0) }
            let text = try #require(try JSON.parse(out.bytes).text)
            #expect(text == Base64.encode(bytes) && Base64.decode(text) == bytes, "seed \(seed)")
        }
    }
}
