// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import NIOCore
import Testing

@testable import kafka

@Suite("Members of share groups")
struct ShareConsumerTests {
    @Test("Acknowledgements become runs of offsets, with one type where it is the same for all")
    func runs() {
        var acknowledgements = Acknowledgements()
        for offset: Int64 in [5, 3, 4] { acknowledgements.set(offset, .accept) }
        acknowledgements.set(9, .reject)
        acknowledgements.set(10, .gap)
        #expect(
            acknowledgements.runs == [
                .init(first: 3, last: 5, types: [1]), .init(first: 9, last: 10, types: [3, 0]),
            ])
        #expect(acknowledgements.offsets == [3, 4, 5, 9], "a gap is no record")
        #expect(Acknowledgements().runs.isEmpty)
    }

    @Test("What is said later of a record counts")
    func later() {
        var acknowledgements = Acknowledgements()
        acknowledgements.set(1, .accept)
        acknowledgements.set(1, .release)
        #expect(acknowledgements.runs == [.init(first: 1, last: 1, types: [2])])
    }

    @Test("Acquired offsets without a record are gaps")
    func gaps() throws {
        let acquired = ShareFetchResponse.AcquiredRecords {
            $0.firstOffset = 4
            $0.lastOffset = 6
            $0.deliveryCount = 1
        }
        let records = try ShareRecords(TopicPartition("t", 0), ByteBuffer(), [acquired])
        #expect(records.count == 0 && records.gaps == [4, 5, 6])
    }

    @Test("Epochs of a session begin with 0 and never come back to it")
    func epochs() {
        var session = ShareConsumer.Session()
        #expect(session.epoch == 0)
        session.advance()
        #expect(session.epoch == 1)
        session.epoch = .max
        session.advance()
        #expect(session.epoch == 1)
    }

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
