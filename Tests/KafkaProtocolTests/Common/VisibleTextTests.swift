// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("What others wrote can't give orders to a terminal")
struct VisibleTextTests {
    @Test("Control characters, other ends of lines and turns of direction are shown, all else stays")
    func hidden() {
        #expect(VisibleText.of("a\u{1b}[2J\u{202e}\n\u{9b}\u{7f}") == "a\\x1b[2J\\u202e\\x0a\\x9b\\x7f")
        #expect(VisibleText.of("a\n\u{2028}b", keepsLines: true) == "a\n\\u2028b")
        for plain in ["", "a\tb", "© ünï → “quoted” 👩‍🔧", "שלום\u{200f}", "\\x1b"] {
            #expect(VisibleText.of(plain) == plain)
        }
    }

    @Test("What is made visible has nothing to hide, whatever it was")
    func complete() {
        for value in UInt32(0)...0x2fff {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let visible = VisibleText.of("a\(Character(scalar))b")
            #expect(!visible.unicodeScalars.contains(where: VisibleText.hides), "\(value)")
            #expect(VisibleText.hides(scalar) || visible == "a\(Character(scalar))b", "\(value)")
        }
    }

    @Test("A name in the log is not too long")
    func long() {
        #expect(String(repeating: "x", count: 1000).printable.count == 100)
        #expect("a\u{1b}".printable == "a\\x1b")
    }
}
