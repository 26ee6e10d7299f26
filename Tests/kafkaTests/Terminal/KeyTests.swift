// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite struct KeyTests {
    @Test(arguments: [
        ("q", [Key.character("q")]), ("\u{1B}", [.escape]), ("\u{1B}[A", [.up]), ("\u{1B}OB", [.down]),
        ("\u{1B}[5~", [.pageUp]), ("\u{1B}[H", [.home]), ("\u{1B}[1~", [.home]), ("\u{1B}[F", [.end]),
        ("\u{1B}[1;5C", [.right]), ("\r", [.enter]), ("\u{7F}", [.backspace]), ("\t", [.tab]),
        ("\u{3}", [.control("c")]),
        ("é漢", [.character("é"), .character("漢")]), ("a\u{1B}[Bb", [.character("a"), .down, .character("b")]),
    ])
    func aReadOfATerminalIsTheKeysThatWerePressed(text: String, keys: [Key]) {
        #expect(Key.decode(text.utf8) == keys)
    }

    @Test func whatMeansNothingIsPassedOver() {
        #expect(Key.decode("\u{1B}[200~x".utf8) == [.character("x")])
        #expect(Key.decode("\u{1B}[".utf8) == [])
        #expect(Key.decode([0]) == [])
    }

    @Test func noBytesBreakIt() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator) : [0x1B, 0x5B, 0x4F].randomElement()!
            }
            #expect(Key.decode(bytes).count <= bytes.count)
        }
    }
}
