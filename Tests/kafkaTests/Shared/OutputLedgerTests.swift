// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaClient
@testable import kafka

@Suite("What a group commits follows what has gone out")
struct OutputLedgerTests {
    private func records(_ partition: Int32, _ offsets: Range<Int64>) -> FetchedRecords {
        .sample(TopicPartition("t", partition), offsets)
    }

    @Test("A record counts once its last byte has gone out, and all of a piece once its last record has")
    func bytes() {
        var ledger = OutputLedger()
        ledger.begin(records(0, 10..<20), sent: 0)
        ledger.note(11, at: 5)
        ledger.note(15, at: 9)
        ledger.finish(20, at: 9)
        let zero = TopicPartition("t", 0)
        let expected: [(Int, Int64, Int)] = [(0, 10, 0), (4, 10, 0), (5, 11, 1), (8, 11, 1), (9, 20, 2), (99, 20, 2)]
        for (sent, next, count) in expected {
            #expect(ledger.positions(sent: sent) == [zero: next], "\(sent)")
            #expect(ledger.count(sent: sent) == count, "\(sent)")
        }
    }

    @Test("A piece that was not begun, or not finished, leaves its partition where it was")
    func unfinished() {
        var ledger = OutputLedger()
        #expect(ledger.positions(sent: 9).isEmpty)
        ledger.begin(records(0, 0..<9), sent: 0)
        ledger.note(3, at: 4)
        #expect(ledger.positions(sent: 4) == [TopicPartition("t", 0): 3])
        ledger.begin(records(1, 50..<60), sent: 4)
        #expect(ledger.positions(sent: 4) == [TopicPartition("t", 0): 3, TopicPartition("t", 1): 50])
    }

    @Test("What a reader that went away left in the pipe has not gone out, though it was taken for that before")
    func pipe() {
        var ledger = OutputLedger()
        var end = 0
        var next: Int64 = 0
        for _ in 0..<100 {
            ledger.begin(records(0, next..<(next + 1000)), sent: end)
            for _ in 0..<1000 {
                (end, next) = (end + 100, next + 1)
                ledger.note(next, at: end)
            }
            ledger.finish(next, at: end)
            #expect(ledger.positions(sent: end) == [TopicPartition("t", 0): next])
        }
        let unread = 1 << 20
        let sent = Int64((end - unread) / 100)
        #expect(ledger.positions(sent: end - unread) == [TopicPartition("t", 0): sent])
        #expect(ledger.count(sent: end - unread) == Int(sent))
    }

    @Test("Whatever is written, and whenever it ends, positions follow the last record of each partition")
    func property() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var ledger = OutputLedger()
            var next: [TopicPartition: Int64] = [:]
            // What was written: up to which byte, and then which offsets have been reached.
            var history: [(end: Int, positions: [TopicPartition: Int64], count: Int)] = [(0, [:], 0)]
            var end = 0
            var count = 0
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let partition = TopicPartition("t", Int32.random(in: 0..<3, using: &random))
                let start = next[partition] ?? Int64.random(in: 0..<100, using: &random)
                let length = Int64.random(in: 1...30, using: &random)
                ledger.begin(records(partition.partition, start..<(start + length)), sent: 0)
                var reached = history.last!.positions
                reached[partition] = start
                for index in history.indices where history[index].positions[partition] == nil {
                    history[index].positions[partition] = start
                }
                var offset = start
                while offset < start + length {
                    // Gaps, and records that a condition leaves out.
                    offset += Int64.random(in: 0...3, using: &random)
                    guard offset < start + length else { break }
                    end += Int.random(in: 1...40, using: &random)
                    offset += 1
                    count += 1
                    ledger.note(offset, at: end)
                    reached[partition] = offset
                    history.append((end, reached, count))
                }
                ledger.finish(start + length, at: end)
                reached[partition] = start + length
                history[history.count - 1].positions = reached
                next[partition] = start + length
            }
            let sent = Int.random(in: 0...end, using: &random)
            let expected = history.last { $0.end <= sent }!
            #expect(ledger.positions(sent: sent) == expected.positions, "seed \(seed)")
            #expect(ledger.count(sent: sent) == expected.count, "seed \(seed)")
        }
    }
}

extension FetchedRecords {
    /// No records, only what is known of them.
    fileprivate static func sample(_ partition: TopicPartition, _ offsets: Range<Int64>) -> FetchedRecords {
        FetchedRecords(
            partition: partition, buffer: ByteBuffer(), startOffset: offsets.lowerBound, nextOffset: offsets.upperBound,
            leaderEpoch: -1, highWatermark: -1, lastStableOffset: -1, logStartOffset: -1)
    }
}
