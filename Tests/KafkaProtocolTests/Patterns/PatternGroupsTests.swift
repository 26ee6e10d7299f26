// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaProtocol

@Suite("What a pattern's groups take")
struct PatternGroupsTests {
    private func groups(_ pattern: String, _ text: String) throws -> [String?]? {
        try PatternGroups(pattern).match(text)
    }

    @Test("Groups take what they take in Java")
    func matches() throws {
        #expect(try groups("(a+)(a*)", "aaa") == ["aaa", "aaa", ""])
        #expect(try groups("(a+?)(a*)", "aaa") == ["aaa", "a", "aa"])
        #expect(try groups("(?:(a)|(b))*c", "abc") == ["abc", "a", "b"])
        #expect(try groups("(a)|(b)", "b") == ["b", nil, "b"])
        #expect(try groups("((x)y)?(z)", "z") == ["z", nil, nil, "z"])
        #expect(try groups("(?i)(ä)=(?<name>.*)", "Ä=ö") == ["Ä=ö", "Ä", "ö"])
        #expect(try groups("(a)", "ab") == nil)
        #expect(try groups("(^|b)$", "") == ["", ""])
    }
}
