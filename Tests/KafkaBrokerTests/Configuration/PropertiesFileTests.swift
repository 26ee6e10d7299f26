// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker

@Suite struct PropertiesFileTests {
    private func parse(_ text: String) throws -> [String] {
        try PropertiesFile.parse(text).map { "\($0.name)|\($0.value)" }
    }

    @Test("Names and values are parted by =, : or blanks")
    func separators() throws {
        #expect(
            try parse("a=1\nb:2\nc 3\n  d = 4 \ne\t5\nf\n g==6\nh = : 7") == [
                "a|1", "b|2", "c|3", "d|4 ", "e|5", "f|", "g|=6", "h|: 7",
            ])
    }

    @Test("Comments and blank lines are passed over, but not within a continued line")
    func comments() throws {
        #expect(
            try parse("# a=1\n!b=2\n\n   \nc=3 # no comment\r\nd=4\\\n  #5\r\ne=6") == [
                "c|3 # no comment", "d|4#5", "e|6",
            ])
    }

    @Test("A line that ends in an odd number of backslashes goes on")
    func continuation() throws {
        #expect(try parse("a=1,\\\n   2,\\\r\n\t3\nb=x\\\\\nc=y\\") == ["a|1,2,3", "b|x\\", "c|y"])
    }

    @Test("Escapes are undone in names and values")
    func escapes() throws {
        #expect(try parse("a\\ b\\=c=d\\te\\u00e9\\ud83d\\ude00\\q\nC\\:\\\\x=1") == ["a b=c|d\teé😀q", "C:\\x|1"])
        #expect(throws: ConfigurationError.self) { try parse("a=\\u12") }
    }
}
