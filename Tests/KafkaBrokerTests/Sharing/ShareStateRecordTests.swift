// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

@Suite("Records of __share_group_state")
struct ShareStateRecordTests {
    private let key = SharePartitionKey("g1", KafkaUUID(high: 0x0102_0304_0506_0708, low: 0x1112_1314_1516_1718), 5)
    private let topicBytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]

    private func keyBytes(_ type: UInt8) -> [UInt8] { [0, type, 0, 2, 0x67, 0x31] + topicBytes + [0, 0, 0, 5] }

    @Test("A snapshot has Kafka's bytes, and the count of what is done in a tagged field")
    func snapshot() throws {
        var state = ShareGroupState()
        (state.snapshotEpoch, state.stateEpoch, state.leaderEpoch) = (1, 2, 3)
        (state.startOffset, state.deliveryCompleteCount) = (10, 4)
        (state.createTimestamp, state.writeTimestamp) = (0x0100, 0x0200)
        state.batches = [ShareStateBatch(11, 14, .acknowledged, 3)]
        let record = try ShareStateRecord.snapshot(key, state).encoded()
        #expect(Array(buffer: record.key) == keyBytes(0))
        let batch: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 14, 2, 0, 3, 0]
        let value: [UInt8] =
            [0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3] + [0, 0, 0, 0, 0, 0, 0, 10] + [0, 0, 0, 0, 0, 0, 1, 0]
            + [0, 0, 0, 0, 0, 0, 2, 0] + [2] + batch + [1, 0, 4, 0, 0, 0, 4]
        #expect(Array(buffer: record.value!) == value)
        #expect(try ShareStateRecord(record) == .snapshot(key, state))
    }

    @Test("An update has Kafka's bytes")
    func update() throws {
        let update = ShareStateRecord.Update(
            snapshotEpoch: 1, leaderEpoch: 3, startOffset: -1, deliveryCompleteCount: -1,
            batches: [ShareStateBatch(0, 1, .archived, 5)])
        let record = try ShareStateRecord.update(key, update).encoded()
        #expect(Array(buffer: record.key) == keyBytes(1))
        let value: [UInt8] =
            [0, 0, 0, 0, 0, 1, 0, 0, 0, 3] + Array(repeating: 0xff, count: 8) + [2]
            + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 0, 5, 0] + [0]
        #expect(Array(buffer: record.value!) == value)
        #expect(try ShareStateRecord(record) == .update(key, update))
    }

    @Test("A tombstone is a snapshot without a value, and types of a later Kafka are passed over")
    func others() throws {
        let tombstone = try ShareStateRecord.snapshot(key, nil).encoded()
        #expect(tombstone.value == nil && Array(buffer: tombstone.key) == keyBytes(0))
        #expect(try ShareStateRecord(tombstone) == .snapshot(key, nil))
        #expect(try ShareStateRecord(CoordinatorRecord(key: ByteBuffer(bytes: [0, 9, 1]), value: nil)) == nil)
        #expect(throws: WireError.self) {
            try ShareStateRecord(CoordinatorRecord(key: ByteBuffer(bytes: [0, 0, 0, 9]), value: nil))
        }
    }

    @Test("A share partition is named as FindCoordinator names it, even if the group has colons")
    func names() {
        let key = SharePartitionKey("a:b", KafkaUUID(high: 1, low: 2), 3)
        #expect(key.coordinatorKey == "a:b:\(KafkaUUID(high: 1, low: 2)):3")
        #expect(SharePartitionKey(coordinatorKey: key.coordinatorKey) == key)
        for bad in ["", "g", "g:x:0", ":AAAAAAAAAAEAAAAAAAAAAg:0", "g:AAAAAAAAAAEAAAAAAAAAAg:-1"] {
            #expect(SharePartitionKey(coordinatorKey: bad) == nil)
        }
    }

    @Test("Newer batches lie over older ones, offset by offset, and what is before the start is gone")
    func merging() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            var batches: [ShareStateBatch] = []
            var model: [Int64: ShareStateBatch] = [:]
            for _ in 0..<8 {
                var newer: [ShareStateBatch] = []
                for _ in 0..<3 {
                    let first = Int64.random(in: 0..<30, using: &random)
                    let last = first + Int64.random(in: 0..<8, using: &random)
                    let state = [ShareRecordState.available, .acknowledged, .archived].randomElement(using: &random)!
                    newer.append(ShareStateBatch(first, last, state, Int16.random(in: 1...3, using: &random)))
                }
                let start = Int64.random(in: -1..<20, using: &random)
                batches = batches.merging(newer, from: start)
                for batch in newer {
                    for offset in batch.first...batch.last {
                        model[offset] = ShareStateBatch(offset, offset, rawState: batch.state, batch.deliveryCount)
                    }
                }
                model = model.filter { $0.key >= start }
                let expanded = batches.flatMap { batch in
                    (batch.first...batch.last).map {
                        ShareStateBatch($0, $0, rawState: batch.state, batch.deliveryCount)
                    }
                }
                #expect(expanded == model.values.sorted { $0.first < $1.first }, "seed \(seed)")
                // As short as can be.
                for (left, right) in zip(batches, batches.dropFirst()) where left.last + 1 == right.first {
                    #expect(left.state != right.state || left.deliveryCount != right.deliveryCount, "seed \(seed)")
                }
            }
        }
    }
}
