// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Testing

@testable import KafkaBroker

/// A share partition against a model that knows each record by itself.
@Suite("Share partitions under random use")
struct SharePartitionPropertyTests {
    private struct Record: Equatable {
        var state = ShareRecordState.available
        var deliveryCount: Int16 = 0
        var memberID: String?
        var deadline = Int64.max
        /// What a restart finds.
        var keptState = ShareRecordState.available
        var keptCount: Int16 = 0

        mutating func end(_ state: ShareRecordState, count: Int16? = nil) {
            self.state = state
            deliveryCount = count ?? deliveryCount
            (memberID, deadline) = (nil, .max)
            (keptState, keptCount) = (state, deliveryCount)
        }
    }

    private struct World {
        var random: SeededRandom
        var model: [Record] = []
        var batches: [ShareLogBatch] = []
        var shard = ShareStateShard()
        var state = SharePartitionState(startOffset: 0, stateEpoch: 1)
        var now: Int64 = 0
        var written: Int64 = 0
        let key = SharePartitionKey("g", KafkaUUID(high: 1, low: 1), 0)
        let limits = SharePartitionState.Limits(deliveryCount: 4, recordLocks: 60)
        let members = ["a", "b", "c"]

        init(_ seed: UInt64) throws {
            random = SeededRandom(seed: seed)
            write(try shard.initialize(key, stateEpoch: 1, startOffset: 0, now: 0))
        }

        mutating func pick(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

        mutating func write(_ record: ShareStateRecord) {
            // By way of the bytes, as in the log.
            guard let encoded = try? record.encoded(), let decoded = try? ShareStateRecord(encoded) else { return }
            shard.apply(decoded, at: written)
            written += 1
        }

        /// Takes a change over, once it is written.
        mutating func commit(_ draft: SharePartitionState) throws {
            state = draft
            guard !draft.changes.isEmpty else { return }
            write(try shard.write(key, draft.write(leaderEpoch: 0), updatesPerSnapshot: 7, now: now))
            state.changesWritten()
        }

        mutating func produce() {
            let count = pick(1...6)
            batches.append(ShareLogBatch(base: Int64(model.count), last: Int64(model.count) + count - 1))
            model += Array(repeating: Record(), count: Int(count))
        }

        mutating func acquire() {
            let offset = state.nextFetchOffset
            let log = batches.filter { $0.last >= offset }.prefix(Int(pick(1...8)))
            let member = members.randomElement(using: &random)!
            let mode: ShareAcquisition.Mode = Bool.random(using: &random) ? .recordLimit : .batchOptimized
            let wanted = ShareAcquisition(
                memberID: member, maxRecords: pick(1...20), batchSize: pick(1...10), mode: mode,
                deadline: now + 50)
            let ranges = state.acquire(wanted, Array(log), limits)
            if mode == .recordLimit { #expect(ranges.acquiredCount <= wanted.maxRecords) }
            var previous: Int64 = -1
            for range in ranges {
                #expect(range.first > previous && range.first <= range.last)
                previous = range.last
                for offset in range.first...range.last {
                    #expect(model[Int(offset)].state == .available)
                    model[Int(offset)].state = .acquired
                    model[Int(offset)].deliveryCount += 1
                    model[Int(offset)].memberID = member
                    model[Int(offset)].deadline = wanted.deadline
                    #expect(model[Int(offset)].deliveryCount == range.deliveryCount)
                }
            }
            // Something is given whenever there is something to give.
            if ranges.isEmpty { #expect(log.isEmpty || state.records.count >= limits.recordLocks) }
        }

        mutating func acknowledge() throws {
            guard !model.isEmpty else { return }
            let member = members.randomElement(using: &random)!
            // Mostly what the member has, else anything.
            let own = model.indices.filter { model[$0].memberID == member }
            let anything = Int(pick(0...Int64(model.count)))
            let first = Int64(pick(0...4) > 0 ? own.randomElement(using: &random) ?? 0 : anything)
            let last = first + pick(0...4)
            let types = (first...last).map { _ in AcknowledgeType(rawValue: Int8(pick(0...4)))! }
            let isUniform = Bool.random(using: &random)
            let batch = AcknowledgementBatch(first: first, last: last, types: isUniform ? [types[0]] : types)
            let start = state.records.startOffset
            let isAllowed =
                last < start
                || last < state.records.endOffset
                    && (max(first, start)...last).allSatisfy {
                        model[Int($0)].state == .acquired && model[Int($0)].memberID == member
                    }
            var draft = state
            do throws(ShareError) {
                try draft.acknowledge([batch], by: member, deadline: now + 90, limits)
                #expect(isAllowed)
            } catch {
                #expect(!isAllowed)
                return
            }
            try commit(draft)
            guard last >= start else { return }
            for offset in max(first, start)...last {
                let count = model[Int(offset)].deliveryCount
                switch batch.type(at: offset) {
                case .accept: model[Int(offset)].end(.acknowledged)
                case .release: model[Int(offset)].end(count >= limits.deliveryCount ? .archived : .available)
                case .reject, .gap: model[Int(offset)].end(.archived)
                case .renew: model[Int(offset)].deadline = now + 90
                }
            }
        }

        mutating func expire() throws {
            now += pick(1...60)
            var draft = state
            draft.expire(now: now, limits)
            try commit(draft)
            for offset in model.indices where model[offset].deadline <= now {
                model[offset].end(model[offset].deliveryCount >= limits.deliveryCount ? .archived : .available)
            }
        }

        mutating func leave() throws {
            let member = members.randomElement(using: &random)!
            var draft = state
            draft.release(memberID: member)
            try commit(draft)
            for offset in model.indices where model[offset].memberID == member {
                model[offset].end(.available, count: model[offset].deliveryCount - 1)
            }
        }

        mutating func crash() throws {
            let kept = try shard.read(key, leaderEpoch: 0, updatesPerSnapshot: 7, now: now).state
            state = SharePartitionState(kept, startOffset: kept.startOffset)
            for offset in model.indices {
                (model[offset].state, model[offset].deliveryCount) = (model[offset].keptState, model[offset].keptCount)
                (model[offset].memberID, model[offset].deadline) = (nil, .max)
            }
        }

        func check() {
            for offset in model.indices {
                let record = model[offset]
                guard Int64(offset) >= state.records.startOffset else {
                    #expect(record.state.isTerminal)
                    continue
                }
                guard Int64(offset) < state.records.endOffset else {
                    #expect(record.state == .available && record.deliveryCount == 0)
                    continue
                }
                let run = state.records.runs[state.records.index(of: Int64(offset))]
                #expect(run.state == record.state && run.memberID == record.memberID)
                #expect(run.deadline == record.deadline)
                #expect(run.state.isTerminal || run.deliveryCount == record.deliveryCount)
            }
            let runs = state.records.runs
            #expect(runs.first?.first ?? state.records.endOffset == state.records.startOffset)
            #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.last + 1 == $1.first })
            #expect(runs.last.map { $0.last + 1 } ?? state.records.endOffset == state.records.endOffset)
            // Whole batches may go beyond the window, but not by more than a batch.
            #expect(state.records.count < limits.recordLocks + 6)
        }
    }

    @Test("A record that is done with never comes again, and no other is lost", arguments: 0..<8)
    func random(_ run: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("share partition seed \(seed)")
        var world = try World(seed)
        for _ in 0..<600 {
            switch world.pick(0...19) {
            case 0...4: world.produce()
            case 5...10: world.acquire()
            case 11...16: try world.acknowledge()
            case 17: try world.expire()
            case 18: try world.leave()
            default: try world.crash()
            }
            world.check()
        }
        // Whatever happened, the queue can be emptied.
        for _ in 0..<100_000 where world.state.records.startOffset < Int64(world.model.count) {
            world.acquire()
            var draft = world.state
            for run in world.state.records.runs where run.state == .acquired {
                try draft.acknowledge(
                    [AcknowledgementBatch(first: run.first, last: run.last, types: [.accept])], by: run.memberID!,
                    deadline: 0, world.limits)
                for offset in run.first...run.last { world.model[Int(offset)].end(.acknowledged) }
            }
            try world.commit(draft)
        }
        #expect(world.state.records.startOffset == Int64(world.model.count), "seed \(seed)")
        try world.crash()
        #expect(world.state.records.startOffset == Int64(world.model.count), "seed \(seed)")
    }
}
