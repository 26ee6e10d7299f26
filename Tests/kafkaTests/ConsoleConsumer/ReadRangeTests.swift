// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import Testing

@testable import kafka

@Suite("What is read")
struct ReadRangeTests {
    func range(_ words: String...) throws -> ReadRange {
        try ReadRange(
            try OptionParser.parse(["--topic", "t"] + words, ConsoleConsumerCommand.definition), Properties())
    }

    @Test("begins at the end, the beginning, an offset, before the end, or at a time")
    func starts() throws {
        #expect(try range().start == .latest)
        #expect(try range("--from-beginning").start == .earliest)
        #expect(try range("--partition", "1", "--offset", "42").start == .offset(42))
        #expect(try range("--offset", "-42").start == .fromEnd(42))
        #expect(try range("--offset", "-9223372036854775808").start == .fromEnd(.max))
        #expect(try range("--offset=EARLIEST").start == .earliest)
        #expect(try range("--offset", "1970-01-02T00:00:00Z").start == .time(86_400_000))
        #expect(try range("--offset", "@5").start == .time(5))
        guard case .time(let time) = try range("--offset", "-30m").start else {
            Issue.record("no time")
            return
        }
        #expect(time < Timestamps.now() - 1_000_000)
        #expect(try range("--until", "now").until == .latest)
    }

    @Test("is of all partitions, or of those that are named")
    func partitions() throws {
        #expect(try range().partitions == [])
        #expect(try range("--partition", "3").partitions == [3])
        #expect(try range("--partition", "0,2", "--partition", "2-4").partitions == [0, 2, 3, 4])
        for bad in ["x", "-1", "1-", "3-1", "0-999999", ""] {
            #expect(throws: CommandError.self, "\(bad)") { try range("--partition=\(bad)") }
        }
    }

    @Test(
        "is refused where it contradicts itself",
        arguments: [
            ("--offset 1", "partition is required"), ("--until 1", "partition is required"), ("--offset 1x", "'1x'"),
            ("--until soon", "'soon'"), ("--until +1h", "has not come yet"), ("--tail 0", "'0'"), ("--tail x", "'x'"),
            ("--tail 5 --offset -5", "[offset]"), ("--tail 5 --from-beginning", "[from-beginning]"),
            ("--group g --offset -5", "group and offset"), ("--group g --until now", "group and until"),
            ("--group g --tail 5", "group and tail"), ("--select a --format %s", "--select"),
            ("--select a --formatter DefaultMessageFormatter", "[formatter]"), ("--format jsn", "did you mean json?"),
            ("--format json --formatter NoOpMessageFormatter", "[formatter]"), ("--where", "requires an argument"),
            ("--where a==", "option where"), ("--select a..b", "option select"), ("--format %y", "%y means nothing"),
        ])
    func refused(options: String, words: String) async throws {
        let run = await CommandRun(
            ["console-consumer", "--topic", "t"] + options.split(separator: " ").map(String.init))
        #expect(try #require(run.refusal, "\(run)").contains(words), "\(run.error)")
    }
}
