// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Testing

@testable import kafka

@Suite("How far a copy is")
struct CopyProgressTests {
    private static let id = KafkaUUID(high: 1, low: 2)
    private static let start = CopyCheckpoint(source: 10, destination: 100, topicID: id)

    @Test("moves with what is stored, and not with what is on its way")
    func stored() {
        var progress = CopyProgress(Self.start)
        progress.append(count: 5, next: 15)
        progress.append(count: 3, next: 20)
        #expect(progress.checkpoint == Self.start && !progress.isIdle)
        let first = progress.store(count: 5, at: 100)
        #expect(first && progress.checkpoint == CopyCheckpoint(source: 15, destination: 105, topicID: Self.id))
        let second = progress.store(count: 3, at: 105)
        #expect(second && progress.checkpoint == CopyCheckpoint(source: 20, destination: 108, topicID: Self.id))
        #expect(progress.isIdle && progress.records == 8)
    }

    @Test("takes the parts of a batch that was split for the batch, once all are there")
    func split() {
        var progress = CopyProgress(Self.start)
        progress.append(count: 5, next: 15)
        progress.append(count: 1, next: 16)
        _ = progress.store(count: 2, at: 100)
        #expect(progress.checkpoint == CopyCheckpoint(source: 10, destination: 102, topicID: Self.id))
        _ = progress.store(count: 3, at: 102)
        #expect(progress.checkpoint == CopyCheckpoint(source: 15, destination: 105, topicID: Self.id))
    }

    @Test("notices whoever writes between, and believes an answer that names no place")
    func foreign() {
        var progress = CopyProgress(Self.start)
        progress.append(count: 5, next: 15)
        let misplaced = progress.store(count: 5, at: 101)
        #expect(!misplaced && progress.checkpoint == Self.start)
        let placeless = progress.store(count: 5, at: -1)
        #expect(placeless && progress.checkpoint.destination == 105)
    }

    @Test("passes what is not copied, behind what is on its way")
    func passed() {
        var progress = CopyProgress(Self.start)
        progress.pass(to: 12)
        #expect(progress.checkpoint.source == 12)
        progress.append(count: 1, next: 13)
        progress.pass(to: 20)
        #expect(progress.checkpoint.source == 12)
        _ = progress.store(count: 1, at: 100)
        #expect(progress.checkpoint == CopyCheckpoint(source: 20, destination: 101, topicID: Self.id))
    }

    @Test("counts what was there already, which the commit did not tell")
    func skipped() {
        var progress = CopyProgress(Self.start)
        progress.skip(count: 4, next: 14)
        #expect(progress.checkpoint == CopyCheckpoint(source: 14, destination: 104, topicID: Self.id))
        #expect(progress.records == 0)
    }

    @Test("forgets nothing over many batches")
    func many() {
        var progress = CopyProgress(Self.start)
        for number in 0..<1000 { progress.append(count: 1, next: 11 + Int64(number)) }
        for number in 0..<1000 {
            let isPlaced = progress.store(count: 1, at: 100 + Int64(number))
            #expect(isPlaced && progress.checkpoint.source == 11 + Int64(number))
        }
        #expect(progress.isIdle)
    }

    @Test("is read again from the group's offset, and from no other")
    func offsets() {
        #expect(CopyCheckpoint(Self.start.offset) == Self.start)
        for metadata in [
            "", "kafka-cp", "kafka-cp 1", "kafka-cp -1 \(Self.id)", "kafka-cp x \(Self.id)", "cp 1 \(Self.id)",
        ] {
            #expect(CopyCheckpoint(CommittedOffset(5, metadata: metadata)) == nil)
        }
        let extreme = CopyCheckpoint(source: .max, destination: .max, topicID: Self.id)
        #expect(CopyCheckpoint(extreme.offset) == extreme)
        var progress = CopyProgress(extreme)
        progress.append(count: .max, next: .max)
        progress.skip(count: .max, next: .max)
        _ = progress.store(count: .max, at: .max)
    }
}
