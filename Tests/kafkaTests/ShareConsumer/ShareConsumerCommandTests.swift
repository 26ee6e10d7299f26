// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Tools for members of share groups")
struct ShareConsumerCommandTests {
    @Test(
        "Bad options are refused",
        arguments: [
            ("console-share-consumer", "[topic]"),
            ("console-share-consumer --topic t --release --reject", "[reject]"),
            ("console-share-consumer --topic t --group a --consumer-property group.id=b", "'a', 'b'"),
            ("console-share-consumer --topic t --max-messages x", "'x'"),
            ("console-share-consumer --topic t --formatter Nope", "'Nope'"),
            ("share-consumer-perf-test --topic t", "[num-records]"),
            ("share-consumer-perf-test --num-records 1", "[topic]"),
            ("share-consumer-perf-test --topic t --num-records 0", "--num-records"),
            ("share-consumer-perf-test --topic t --num-records 1 --threads 0", "--threads"),
            ("share-consumer-perf-test --topic t --num-records 1 --reporting-interval 0", "--reporting-interval"),
            ("share-consumer-perf-test --topic t --num-records 1 --date-format qq", "'qq'"),
            ("verifiable-share-consumer --topic t", "[group-id]"),
            ("verifiable-share-consumer --topic t --group-id g --acknowledgement-mode never", "'never'"),
            ("verifiable-share-consumer --topic t --group-id g --offset-reset-strategy none", "'none'"),
        ])
    func refused(_ line: String, _ names: String) async throws {
        let refusal = try #require(await CommandRun(line.split(separator: " ").map(String.init)).refusal)
        #expect(refusal.contains(names), "\(refusal)")
    }
}
