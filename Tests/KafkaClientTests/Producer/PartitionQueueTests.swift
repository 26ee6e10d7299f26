// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaClient

/// A batch of numbered records.
private final class TestBatch: QueuedBatch {
    let id: UInt64
    let records: [Int]
    var recordCount: Int32 { Int32(records.count) }

    init(id: UInt64, _ records: [Int]) {
        self.id = id
        self.records = records
    }
}

/// A partition's leader, with Kafka's rules for sequence numbers.
private struct TestLeader {
    var log: [Int] = []
    private var epochs: [Int64: Int16] = [:]
    private var nextSequence: [Int64: Int32] = [:]
    /// The last five batches, by their first sequence number.
    private var recent: [Int64: [(epoch: Int16, sequence: Int32, count: Int32)]] = [:]

    mutating func append(_ batch: TestBatch, _ identity: ProducerIdentity, _ sequence: Int32) -> ErrorCode {
        let epoch = epochs[identity.id]
        if let epoch, identity.epoch < epoch { return .invalidProducerEpoch }
        if let known = recent[identity.id],
            known.contains(where: { $0 == (identity.epoch, sequence, batch.recordCount) })
        {
            return .none
        }
        if epoch == nil || identity.epoch > epoch! {
            guard sequence == 0 || epoch == nil else { return .outOfOrderSequenceNumber }
            recent[identity.id] = []
        } else if sequence != nextSequence[identity.id] {
            return .outOfOrderSequenceNumber
        }
        epochs[identity.id] = identity.epoch
        nextSequence[identity.id] = SequenceNumber.advance(sequence, by: batch.recordCount)
        recent[identity.id, default: []].append((identity.epoch, sequence, batch.recordCount))
        if recent[identity.id]!.count > 5 { recent[identity.id]!.removeFirst() }
        log += batch.records
        return .none
    }

    /// As if retention had removed all that the producer wrote.
    mutating func forgetProducers() {
        epochs = [:]
        nextSequence = [:]
        recent = [:]
    }
}

/// A queue under test; a class, so that its calls can stand inside of expectations.
private final class Bench {
    var queue = PartitionQueue<TestBatch>(isIdempotent: true)

    init(_ identity: ProducerIdentity = ProducerIdentity(id: 1, epoch: 0)) { queue.adopt(identity) }

    /// A queue whose leader has stored something of it already, so that several batches may be on their way.
    convenience init(batches count: Int, of size: Int = 1) {
        self.init()
        enqueue(0, size: 0)
        _ = send()
        _ = acknowledge(0)
        for index in 0..<count { enqueue(UInt64(index), size: size) }
    }

    func enqueue(_ id: UInt64, size: Int = 1) { queue.enqueue(TestBatch(id: id, Array(repeating: 0, count: size))) }

    /// What goes out next: `batch ID: SEQUENCE, epoch EPOCH`.
    func send() -> String? {
        switch queue.next(maxInFlight: 5) {
        case .wait: nil
        case .needsIdentity: "needs identity"
        case .send(let entry, let identity):
            "batch \(entry.batch.id): \(entry.sequence ?? -1), epoch \(identity.epoch)"
        }
    }

    func acknowledge(_ id: UInt64) -> Bool { queue.acknowledge(id) }

    func refuse(_ id: UInt64, _ code: ErrorCode?) -> PartitionQueue<TestBatch>.Verdict? {
        queue.refuse(id, code, mayRetry: true)
    }
}

@Suite struct PartitionQueueTests {
    @Test("Batches take their sequence numbers when first sent, at most five at a time")
    func sequences() {
        let bench = Bench(batches: 7, of: 10)
        for index in 0..<5 { #expect(bench.send() == "batch \(index): \(index * 10), epoch 0") }
        #expect(bench.send() == nil)
        #expect(bench.acknowledge(0))
        #expect(!bench.acknowledge(0))
        #expect(bench.send() == "batch 5: 50, epoch 0")
    }

    @Test("Until the leader has stored something of a producer, one batch is on its way at a time")
    func firstBatch() {
        // A leader takes any sequence number from a producer that it does not know.
        let bench = Bench()
        for id: UInt64 in 0..<3 { bench.enqueue(id) }
        #expect(bench.send() == "batch 0: 0, epoch 0")
        #expect(bench.send() == nil)
        #expect(bench.refuse(0, .notEnoughReplicas) == .retry)
        #expect(bench.send() == "batch 0: 0, epoch 0")
        #expect(bench.acknowledge(0))
        #expect(bench.send() == "batch 1: 1, epoch 0")
        #expect(bench.send() == "batch 2: 2, epoch 0")
    }

    @Test("A retried batch keeps its number, and is sent only as the oldest")
    func retries() {
        let bench = Bench(batches: 3)
        for _ in 0..<3 { _ = bench.send() }
        // The first is lost on the way, so the others are refused with it.
        #expect(bench.refuse(0, .notLeaderOrFollower) == .retry)
        #expect(bench.refuse(1, .outOfOrderSequenceNumber) == .retry)
        #expect(!bench.queue.needsNewEpoch)
        #expect(bench.send() == "batch 0: 0, epoch 0")
        #expect(bench.send() == nil, "the second waits for the first")
        #expect(bench.acknowledge(0))
        #expect(bench.send() == "batch 1: 1, epoch 0")
        #expect(bench.refuse(2, .outOfOrderSequenceNumber) == .retry)
        #expect(bench.acknowledge(1))
        #expect(bench.send() == "batch 2: 2, epoch 0")
    }

    @Test("After a real gap what is left begins again at 0 under the next epoch, once nothing is on its way")
    func gap() {
        let bench = Bench(batches: 3)
        for _ in 0..<3 { _ = bench.send() }
        #expect(bench.refuse(0, .outOfOrderSequenceNumber) == .retry)
        #expect(bench.queue.needsNewEpoch)
        #expect(bench.send() == nil, "two are still on their way")
        #expect(bench.refuse(1, .outOfOrderSequenceNumber) == .retry)
        #expect(bench.refuse(2, .outOfOrderSequenceNumber) == .retry)
        #expect(bench.send() == "batch 0: 0, epoch 1")
        #expect(bench.acknowledge(0))
        #expect(bench.send() == "batch 1: 1, epoch 1")
        #expect(bench.send() == nil, "retried ones go out one by one")
        #expect(bench.acknowledge(1))
        #expect(bench.send() == "batch 2: 2, epoch 1")
    }

    @Test("A batch that fails for good leaves a gap, which the next epoch closes")
    func failure() {
        let bench = Bench(batches: 2)
        _ = bench.send()
        #expect(bench.refuse(0, .invalidRecord) == .fail)
        #expect(bench.send() == "batch 1: 0, epoch 1")
    }

    @Test("When epochs are used up a new producer id is asked for")
    func epochsUsedUp() {
        let bench = Bench(ProducerIdentity(id: 1, epoch: .max - 1))
        bench.enqueue(0)
        _ = bench.send()
        #expect(bench.refuse(0, .unknownProducerID) == .retry)
        #expect(bench.send() == "needs identity")
        bench.queue.forgetIdentity()
        bench.queue.adopt(ProducerIdentity(id: 2, epoch: 0))
        #expect(bench.send() == "batch 0: 0, epoch 0")
    }

    @Test("A batch that is too large is replaced by its parts, under its own numbers")
    func split() {
        let bench = Bench(batches: 2, of: 4)
        _ = bench.send()
        #expect(bench.refuse(0, .messageTooLarge) == .split)
        bench.queue.replace(0, with: [TestBatch(id: 0, [0, 1]), TestBatch(id: 0, [2, 3])])
        #expect(bench.queue.waiting.map(\.sequence) == [0, 2, nil])
    }

    @Test("A batch of one record that is too large fails")
    func tooLarge() {
        let bench = Bench(batches: 1)
        _ = bench.send()
        #expect(bench.refuse(0, .messageTooLarge) == .fail)
    }

    @Test("Sequence numbers go on at 0 after the greatest")
    func wrap() {
        #expect(SequenceNumber.advance(.max, by: 1) == 0)
        #expect(SequenceNumber.advance(.max - 1, by: 5) == 3)
        #expect(SequenceNumber.advance(0, by: .max) == .max)
    }

    @Test("Every record is stored exactly once and in order, whatever goes wrong", arguments: 0..<200)
    func chaos(round: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        var queue = PartitionQueue<TestBatch>(isIdempotent: true)
        queue.adopt(ProducerIdentity(id: 1, epoch: 0))
        var leader = TestLeader()
        /// Requests in the order in which they were sent, on a connection that keeps it.
        var wire: [(batch: TestBatch, identity: ProducerIdentity, sequence: Int32)] = []
        var answers: [(id: UInt64, code: ErrorCode)] = []
        var produced = 0
        var nextID: UInt64 = 0
        while produced < 100 || !queue.isEmpty {
            switch random.next(7) {
            case 0 where produced < 100:
                let count = 1 + random.next(4)
                queue.enqueue(TestBatch(id: nextID, Array(produced..<produced + count)))
                produced += count
                nextID += 1
            case 1, 2:
                if case .send(let entry, let identity) = queue.next(maxInFlight: 5) {
                    wire.append((entry.batch, identity, entry.sequence ?? -1))
                }
            case 3, 4:
                guard !wire.isEmpty else { continue }
                let request = wire.removeFirst()
                if random.next(5) == 0 {
                    answers.append((request.batch.id, .notEnoughReplicas))
                } else {
                    answers.append(
                        (request.batch.id, leader.append(request.batch, request.identity, request.sequence)))
                }
            case 5:
                guard !answers.isEmpty else { continue }
                let (id, code) = answers.removeFirst()
                if code == .none {
                    _ = queue.acknowledge(id)
                } else {
                    _ = queue.refuse(id, code, mayRetry: true)
                }
            default:
                // The connection breaks: what was on it may or may not have been stored, and no answer comes.
                guard random.next(6) == 0 else { continue }
                let stored = random.next(wire.count + 1)
                for request in wire.prefix(stored) {
                    _ = leader.append(request.batch, request.identity, request.sequence)
                }
                for (id, _) in answers { _ = queue.refuse(id, nil, mayRetry: true) }
                for request in wire { _ = queue.refuse(request.batch.id, nil, mayRetry: true) }
                wire = []
                answers = []
            }
        }
        #expect(leader.log == Array(0..<produced), "seed \(seed)")
    }
}

/// A random generator with a seed.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return Int((value ^ (value >> 31)) % UInt64(bound))
    }
}
