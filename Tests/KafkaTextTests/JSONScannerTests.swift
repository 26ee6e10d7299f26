// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import KafkaText

@Suite("The JSON scanner")
struct JSONScannerTests {
    /// Nil if the text as a whole is JSON, else what is wrong with it.
    func flaw(_ text: [UInt8]) -> String? {
        text.withUnsafeBytes { bytes -> String? in
            var scanner = JSONScanner(bytes)
            do {
                try scanner.skip()
                try scanner.finish()
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    func flaw(_ text: String) -> String? { flaw(Array(text.utf8)) }

    @Test(
        "passes over what is JSON",
        arguments: [
            "0", "-0", "1.5e+300", "1E9", #""""#, #""a\u0000\/\ud83d\ude00""#, "[]", "{}", " [1 , {\"a\" : null}] \r\n",
            #"{"":"","":""}"#, "123456789012345678901234567890", "\"é😀\u{2028}\"", "true", "false", "null",
        ])
    func valid(text: String) { #expect(flaw(text) == nil) }

    @Test(
        "names what is wrong, and where",
        arguments: [
            ("", "the text ends too early at byte 0"), ("{", "the text ends too early at byte 1"),
            (#"{"a"}"#, "':' expected at byte 4"), (#"{"a":}"#, "a value expected at byte 5"),
            (#"{"a":1,}"#, "the name of a member expected at byte 7"),
            (#"{a:1}"#, "the name of a member expected at byte 1"),
            ("[1,]", "a value expected at byte 3"), ("[1 2]", "',' expected at byte 3"),
            ("[1}", "',' expected at byte 2"),
            ("01", "a number with a zero before it at byte 0"), ("-", "a number expected at byte 0"),
            ("1.", "a number without digits behind its point at byte 0"),
            ("1e", "a number without digits in its exponent at byte 0"), ("+1", "a value expected at byte 0"),
            (".5", "a value expected at byte 0"), ("NaN", "a value expected at byte 0"),
            ("tru", "'true' expected at byte 0"),
            ("nul", "'null' expected at byte 0"), ("1 2", "more text behind the end at byte 2"),
            (#""abc"#, "a string without end at byte 0"), (#""abc\"#, "a string without end at byte 0"),
            (#""\x""#, "an unknown escape at byte 1"), (#""\u12g4""#, "four hexadecimal digits expected at byte 1"),
            (#""\u12"#, "four hexadecimal digits expected at byte 1"),
            (#""\ud83d""#, "half a surrogate pair at byte 1"),
            (#""\ud83dx""#, "half a surrogate pair at byte 1"), (#""\ud83d\u0041""#, "half a surrogate pair at byte 1"),
            (#""\ude00""#, "half a surrogate pair at byte 1"),
            ("\"a\tb\"", "a control character in a string at byte 2"),
        ])
    func invalid(text: String, error: String) { #expect(flaw(text) == error) }

    @Test("refuses strings that are no UTF-8, wherever in a block of eight bytes that begins")
    func encoding() {
        let bad: [[UInt8]] = [
            [0xFF], [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
            [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
        ]
        for bytes in bad {
            for before in 0..<9 {
                for after in [0, 9] {
                    let text =
                        [34] + [UInt8](repeating: 97, count: before) + bytes + [UInt8](repeating: 98, count: after)
                    #expect(flaw(text + [34])?.hasPrefix("bytes that are no UTF-8") == true, "\(text)")
                    #expect(text.dropFirst().withUnsafeBytes { !UTF8Bytes.areValid($0) })
                }
            }
        }
    }

    @Test("gives up at deep nesting, before the stack does")
    func depth() {
        #expect(flaw(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)) == nil)
        #expect(flaw(String(repeating: "[", count: 1_000_000))?.hasPrefix("nested too deeply") == true)
        #expect(flaw(String(repeating: "{\"a\":", count: 1_000_000))?.hasPrefix("nested too deeply") == true)
    }

    @Test("finds every text that is cut off")
    func truncated() {
        let text = Array(#"{"a":[1.5e3,"b\u00e9\ud83d\ude00c",{"d":null}],"e":true,"f":-7}"#.utf8)
        #expect(flaw(text) == nil)
        for count in text.indices { #expect(flaw(Array(text[..<count])) != nil, "\(count) bytes") }
    }

    @Test("does not trap on any bytes")
    func anyBytes() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet = Array("{}[]\",:\\u0189eE+-.truefalsn \n".utf8) + [0xC3, 0xA9, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &random)
            _ = flaw((0..<count).map { _ in alphabet.randomElement(using: &random)! })
        }
    }
}
