// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("What is expected")
struct ExpectationTests {
    private func expectation(_ words: String...) throws -> RecordExpectation {
        try RecordExpectation(OptionParser.parse(words, ExpectCommand.definition))
    }

    @Test("is said by options")
    func options() throws {
        #expect(try expectation() == RecordExpectation(least: 1, most: nil))
        #expect(try expectation("--count", "3") == RecordExpectation(least: 3, most: nil))
        #expect(try expectation("--at-least", "3") == RecordExpectation(least: 3, most: nil))
        #expect(try expectation("--exactly", "3") == RecordExpectation(least: 3, most: 3))
        #expect(try expectation("--at-most", "3") == RecordExpectation(least: 0, most: 3))
        #expect(try expectation("--count", "2", "--at-most", "3") == RecordExpectation(least: 2, most: 3))
        #expect(try expectation("--none") == RecordExpectation(least: 0, most: 0))
    }

    @Test(
        "can't contradict itself or be always fulfilled",
        arguments: [
            ["--none", "--exactly", "1"], ["--none", "--count", "1"], ["--exactly", "1", "--at-most", "2"],
            ["--exactly", "-1"], ["--count", "0"], ["--count", "-1"], ["--count", "3", "--at-most", "2"],
        ])
    func refused(words: [String]) {
        #expect(throws: CommandError.self) {
            try RecordExpectation(OptionParser.parse(words, ExpectCommand.definition))
        }
    }

    @Test("is fulfilled at once without a limit, and with one when time is over or there are too many")
    func verdicts() {
        let open = RecordExpectation(least: 2, most: nil)
        #expect(open.verdict(1, isOver: false) == .undecided && open.verdict(2, isOver: false) == .fulfilled)
        #expect(open.verdict(1, isOver: true) == .missed && open.verdict(.max, isOver: true) == .fulfilled)
        let exact = RecordExpectation(least: 2, most: 2)
        #expect(exact.verdict(2, isOver: false) == .undecided && exact.verdict(2, isOver: true) == .fulfilled)
        #expect(exact.verdict(3, isOver: false) == .missed && exact.verdict(1, isOver: true) == .missed)
        let none = RecordExpectation(least: 0, most: 0)
        #expect(none.verdict(0, isOver: false) == .undecided && none.verdict(0, isOver: true) == .fulfilled)
        #expect(none.verdict(1, isOver: false) == .missed)
    }

    @Test("has words")
    func words() {
        #expect(RecordExpectation(least: 1, most: nil).words == "at least 1 record")
        #expect(RecordExpectation(least: 2, most: 2).words == "exactly 2 records")
        #expect(RecordExpectation(least: 0, most: 0).words == "no record")
        #expect(RecordExpectation(least: 0, most: 2).words == "at most 2 records")
        #expect(RecordExpectation(least: 1, most: 2).words == "1 to 2 records")
    }
}

@Suite("Times that options take")
struct DurationOptionTests {
    private func duration(_ text: String) throws -> Duration? {
        try OptionParser.parse(["--within=\(text)"], ExpectCommand.definition).duration("within")
    }

    @Test("have units, or are seconds")
    func forms() throws {
        #expect(try duration("500ms") == .milliseconds(500))
        #expect(try duration("1m30s") == .seconds(90))
        #expect(try duration("2") == .seconds(2))
        #expect(try duration("0.5") == .milliseconds(500))
        #expect(try duration("0") == .zero)
        for long in ["1e300", "9007199254740991", "100000000d"] {
            #expect(try duration(long) == .seconds(1_000_000_000), "\(long)")
        }
    }

    @Test(
        "are refused where they can't be read",
        arguments: ["-1", "5 s", "s", "nan", "inf", "1e400", "5x", "99999999999999999999d", "104249991374d"])
    func refused(text: String) {
        #expect { try duration(text) } throws: { "\($0)".contains("'\(text)'") }
    }
}
