// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Testing

@testable import kafka

@Suite("The performance tools")
struct PerfTests {
    private func producer(_ words: String...) throws -> ProducerPerfCommand {
        let all = ["--topic", "t", "--num-records", "9", "--record-size", "1"] + words
        return try ProducerPerfCommand(OptionParser.parse(all, ProducerPerfCommand.definition))
    }

    @Test("write in transactions if an id or a duration is given, and an id on the command line wins")
    func transactions() throws {
        #expect(try producer().transactionDuration == nil)
        let given = try producer("--producer-props", "transactional.id=a", "--transactional-id", "b")
        #expect(given.connection.properties["transactional.id"] == "b" && given.transactionDuration == .seconds(3))
        let made = try producer("--transaction-duration-ms", "5")
        #expect(made.connection.properties["transactional.id"]?.hasPrefix("performance-producer-") == true)
        #expect(made.transactionDuration == .milliseconds(5))
        let property = try producer("--producer-props", "transactional.id=a")
        #expect(property.connection.properties["transactional.id"] == "a")
        #expect(property.transactionDuration == .seconds(3))
    }

    @Test(
        "refuse bad options",
        arguments: [
            (
                "producer-perf-test --topic t --num-records 1 --record-size 1 --transaction-duration-ms 0",
                "greater than"
            ),
            ("producer-perf-test --topic t --num-records 1 --record-size 1 --transactional-id=", "empty"),
            ("producer-perf-test --topic t --num-records 1 --record-size 1 --warmup-records 1", "--warmup-records"),
            ("producer-perf-test --topic t --num-records 1 --record-size 1 --reporting-interval 0", "greater than"),
            ("producer-perf-test --topic t --num-records 1 --record-size 1 --payload-monotonic", "Exactly one"),
            ("producer-perf-test --topic t --num-records 1 --payload-file /dev/null", "is empty"),
            ("producer-perf-test --topic t --num-records 1 --payload-file /no/such", "/no/such"),
            ("consumer-perf-test --num-records 1", "--include"),
            ("consumer-perf-test --num-records 1 --topic t --include u", "--include"),
            ("consumer-perf-test --num-records 0 --topic t", "greater than"),
            ("consumer-perf-test --num-records 1 --topic t --reporting-interval 0", "greater than"),
            ("consumer-perf-test --num-records 1 --topic t --timeout -1", "negative"),
            ("consumer-perf-test --num-records 1 --topic t --date-format qq", "'qq'"),
            ("consumer-perf-test --num-records 1 --include a[", "a["),
            ("e2e-latency --topic t --num-records 1 --producer-acks 1 --record-size -1", "negative"),
            ("producer-perf-test --topic t --num-records 1 --record-size 9223372036854775807", "9223372036854775807"),
            (
                "e2e-latency --topic t --num-records 1 --producer-acks 1 --record-size 9223372036854775807",
                "9223372036854775807"
            ),
            (
                "e2e-latency --topic t --num-records 1 --producer-acks 1 --record-size 1 --num-headers -1",
                "--num-headers"
            ),
            (
                "e2e-latency --topic t --num-records 1 --producer-acks 1 --record-size 1 --record-header-size -2",
                "--record-header-size"
            ),
            ("transactional-message-copier --input-topic a --output-topic b --transactional-id i", "[input-partition]"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let run = await CommandRun(line.split(separator: " ").map(String.init))
        let refusal = try #require(run.refusal, "\(run)")
        #expect(refusal.contains(names), "\(refusal)")
    }

    @Test("take payloads between delimiters, without the empty ones at the end, as Java does")
    func payloads() {
        func texts(_ text: String, _ delimiter: String) -> [String] {
            PerfPayloads.payloads(in: Array(text.utf8), delimiter: Array(delimiter.utf8))
                .map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(texts("a\nb\n", "\n") == ["a", "b"])
        #expect(texts("a\n\nb\n\n", "\n") == ["a", "", "b"])
        #expect(texts("a--b", "--") == ["a", "b"])
        #expect(texts("a\r\nb", "\n") == ["a\r", "b"], "bytes, not characters")
    }

    @Test("print totals in Kafka's words, and those of the steady state apart")
    func totals() throws {
        var tally = PerfTally()
        tally.add(98, recordBytes: 100, .milliseconds(3))
        tally.add(2, recordBytes: 100, .milliseconds(40))
        let line = tally.total("steady state records")
        let pattern =
            /100 steady state records sent, \d+\.\d{6} records\/sec \(\d+\.\d\d MB\/sec\), 3\.74 ms avg latency, 40\.00 ms max latency, 3 ms 50th, 3 ms 95th, 40 ms 99th, 40 ms 99\.9th\./
        #expect(try pattern.wholeMatch(in: line) != nil, "\(line)")
        let early = tally.window(after: .seconds(60))
        #expect(early == nil && !tally.hasReported)
        let reported = tally.window(after: .zero)
        let window = try #require(reported)
        #expect(
            try /100 records sent, \d+\.\d records\/sec \(.* MB\/sec\), 3\.7 ms avg latency, 40\.0 ms max latency\./
                .wholeMatch(in: window) != nil, "\(window)")
        #expect(tally.hasReported)
    }

    @Test("print counters in columns, under the names of Java's client")
    func metrics() {
        let context = Context(out: Output(), err: Output())
        PerfMetrics.print(group: "g", clientID: "c", [("a", 1), ("longer", 2.5)], context)
        #expect(
            context.out.text == """

                Metric Name              Value
                g:a:{client-id=c}      : 1.000
                g:longer:{client-id=c} : 2.500

                """)
    }

    @Test("know a record again by key, value and headers")
    func endToEnd() {
        let shape = EndToEndRecord.Shape(
            valueSize: 5, keySize: 3, headerCount: 2, headerKeySize: 4, headerValueSize: -1)
        let record = EndToEndRecord(shape)
        #expect(record.value.count == 5 && record.key?.count == 3 && record.headers.count == 2)
        #expect(record.headers.allSatisfy { $0.key.count == 4 && $0.value == nil })
        #expect(record == record && record != EndToEndRecord(shape))
    }
}
