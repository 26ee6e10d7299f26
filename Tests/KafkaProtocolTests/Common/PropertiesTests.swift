// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("Properties files")
struct PropertiesTests {
    @Test("A properties file is read as Java reads it")
    func properties() {
        let text = "# comment\n! too\na=1\nb : 2\nc 3\nd = x\\\n   y\ne=\\u00e9\\t\\=\nf\n  g=h=i\r\nkey\\ two=v\n"
        let properties = Properties(parsing: text)
        #expect(properties.entries.map(\.name) == ["a", "b", "c", "d", "e", "f", "g", "key two"])
        #expect(properties.entries.map(\.value) == ["1", "2", "3", "xy", "é\t=", "", "h=i", "v"])
    }

    @Test("Pairs of escapes are one character, and a byte order mark is none")
    func unusualProperties() {
        let properties = Properties(parsing: "\u{FEFF}a=\\ud83d\\ude00!\nb=\\ud83dx\nc=\\u12\n")
        #expect(properties.entries.map(\.name) == ["a", "b", "c"])
        #expect(properties.entries.map(\.value) == ["😀!", "\u{FFFD}x", "u12"])
    }

    @Test("What is written is what Java writes, and is read back alike")
    func written() {
        var properties = Properties()
        for (name, value) in [
            ("plain", "a-b_c/1.2"), ("a key:=", "x:y=z #!"), ("blanks", "  two, and two  "), ("", ""),
            ("lines", "a\nb\r\nc\td\u{c}e\u{1}"), ("grüße", "😀\\u0041"), ("#no comment", "\\"), ("e", "e\u{301}"),
        ] {
            properties.set(name, value)
        }
        #expect(Properties(parsing: properties.text) == properties)
        #expect(
            properties.text.hasPrefix("plain=a-b_c/1.2\na\\ key\\:\\==x\\:y\\=z \\#\\!\nblanks=\\  two, and two  \n"))
    }
}
