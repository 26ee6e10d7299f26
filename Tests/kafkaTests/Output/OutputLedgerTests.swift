// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import TestSupport
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

    @Test("A partition that a pipe has long let go keeps its place while others are written")
    func several() {
        var ledger = OutputLedger()
        var end = 0
        for partition in Int32(0)..<8 {
            ledger.begin(records(partition, 10..<20), sent: end)
            end += 1 << 19
            ledger.note(15, at: end)
            ledger.finish(20, at: end)
        }
        let expected = Dictionary((Int32(0)..<8).map { (TopicPartition("t", $0), Int64(20)) }) { $1 }
        #expect(ledger.positions(sent: end) == expected)
        #expect(ledger.count(sent: end) == 8)
    }

    @Test("A partition that comes back elsewhere is not put back to where it was left")
    func elsewhere() {
        var ledger = OutputLedger()
        let zero = TopicPartition("t", 0)
        ledger.begin(records(0, 0..<1000), sent: 0)
        ledger.note(1000, at: 100)
        ledger.finish(1000, at: 100)
        ledger.begin(records(0, 5000..<6000), sent: 100)
        ledger.note(5500, at: 200)
        #expect(ledger.positions(sent: 150) == [zero: 5000])
        #expect(ledger.positions(sent: 200) == [zero: 5500])
        #expect(ledger.count(sent: 200) == 2)
    }

    @Test("What writes nothing takes no memory, piece after piece, and counts")
    func silent() {
        var ledger = OutputLedger()
        for piece in Int64(0)..<10_000 {
            for partition in Int32(0)..<3 {
                ledger.begin(records(partition, (piece * 10)..<(piece * 10 + 10)), sent: 7)
                ledger.note(piece * 10 + 5, at: 7)
                ledger.note(piece * 10 + 6, at: 7)
                ledger.finish(piece * 10 + 10, at: 7)
            }
        }
        let pieces = Mirror(reflecting: ledger).descendant("pieces") as? [Any]
        #expect(pieces?.count == 3)
        #expect(ledger.count(sent: 7) == 60_000)
        #expect(ledger.positions(sent: 7).values.allSatisfy { $0 == 100_000 })
    }

    @Test("Whatever is written, and whenever it ends, positions follow the last record of each partition")
    func property() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var ledger = OutputLedger()
            // From what fits into a pipe as a whole to many times as much.
            let scale = [40, 4000, 400_000].randomElement(using: &random)!
            var next: [TopicPartition: Int64] = [:]
            // What had gone out when the last piece was begun.
            var begun = 0
            // What was written: up to which byte, and then which offsets have been reached.
            var history: [(end: Int, positions: [TopicPartition: Int64], count: Int)] = [(0, [:], 0)]
            var end = 0
            var count = 0
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                let partition = TopicPartition("t", Int32.random(in: 0..<3, using: &random))
                let start = next[partition] ?? Int64.random(in: 0..<100, using: &random)
                let length = Int64.random(in: 1...30, using: &random)
                begun = end
                ledger.begin(records(partition.partition, start..<(start + length)), sent: begun)
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
                    end += Int.random(in: 0...scale, using: &random)
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
            let sent = Int.random(in: max(0, begun - (1 << 20))...end, using: &random)
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
