// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization
import Testing

@testable import KafkaClient

@Suite("A consumer whose broker is wrong")
struct WrongAnswersTests {
    /// The offsets of what comes, until so many have, or an error.
    private func read(_ consumer: Consumer, _ count: Int) async throws -> [Int64] {
        var offsets: [Int64] = []
        var reader = RecordBatchReader()
        let deadline = ContinuousClock.now + .seconds(60)
        while offsets.count < count, ContinuousClock.now < deadline {
            for records in try await consumer.poll(timeout: .milliseconds(100)) {
                try records.forEachRecord(&reader) { offsets.append($0.offset) }
            }
        }
        return offsets
    }

    private func expectFailure(_ script: FetchScript, _ words: String) async throws {
        try await script.reading { consumer in
            let error = await #expect(throws: ClientError.self) { try await read(consumer, .max) }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "none")")
            #expect(error?.message.contains("orders-0") == true)
        }
    }

    @Test("ends when it gets the same offsets again and again, rather than fetch them for ever")
    func sameOffsets() async throws {
        let script = try await FetchScript { _, _ in .records(FetchScript.batch(0, 3)) }
        try await expectFailure(script, "asked for offset 3, the broker answered with records before it, up to 2")
        #expect(script.count(.fetch) <= 3)
    }

    @Test("takes a partition that stands twice in an answer once")
    func twice() async throws {
        let script = try await FetchScript(repeats: 3) { number, offset in
            number < 4 ? .records(FetchScript.batch(max(offset, 0), 2)) : .error(.none)
        }
        try await script.reading { consumer in
            let found = try await read(consumer, 8)
            #expect(found == Array(0..<8))
            let nothing = try await consumer.poll(timeout: .milliseconds(200))
            #expect(nothing.isEmpty)
        }
    }

    @Test("ends when batches or their records are out of place")
    func disorder() async throws {
        for batches in [
            [FetchScript.batch(0, 5), FetchScript.batch(0, 5)], [FetchScript.batch(5, 5), FetchScript.batch(0, 5)],
            [FetchScript.batch(-3, 2)], [FetchScript.batch(0, 2) { $0.lastOffsetDelta = -1 }],
            [FetchScript.batch(0, 5) { $0.lastOffsetDelta = 3 }],
        ] {
            let script = try await FetchScript { _, _ in
                FetchResponse.Partition {
                    var bytes = ByteBuffer()
                    for batch in batches { bytes.writeImmutableBuffer(batch) }
                    $0.records = .bytes(bytes)
                }
            }
            try await expectFailure(script, "out of place")
        }
    }

    @Test("ends at offsets that have no next one")
    func farOffsets() async throws {
        for base: Int64 in [Int64.max, Int64.max - 1, Int64.max - 5] {
            let script = try await FetchScript { _, _ in .records(FetchScript.batch(base, 7)) }
            try await expectFailure(script, "out of place")
        }
        let script = try await FetchScript { number, _ in
            number == 0 ? .records(FetchScript.batch(.max - 8, 7)) : .error(.offsetOutOfRange)
        }
        try await script.reading { consumer in
            _ = try await consumer.poll(timeout: .zero)
            // What was fetched is there still when what follows it has been refused.
            while script.count(.fetch) < 8 { try await Task.sleep(for: .milliseconds(5)) }
            let found = try await read(consumer, 7)
            #expect(found.last == Int64.max - 2)
        }
    }

    @Test("hands out first what came before the place where it can't go on")
    func before() async throws {
        let script = try await FetchScript { number, offset in
            number < 3 ? .records(FetchScript.batch(offset, 2)) : .error(.corruptMessage)
        }
        try await script.reading { consumer in
            _ = try await consumer.poll(timeout: .zero)
            while script.count(.fetch) < 4 { try await Task.sleep(for: .milliseconds(5)) }
            // All of it has been fetched ahead by now.
            try await Task.sleep(for: .milliseconds(50))
            let found = try await read(consumer, 6)
            #expect(found == Array(0..<6))
            let error = await #expect(throws: ClientError.self) { try await read(consumer, 1) }
            #expect(error?.errorCode == .corruptMessage)
        }
    }

    @Test("does not ask without end a broker that has nothing to say and says it at once")
    func busy() async throws {
        let script = try await FetchScript { _, _ in .error(.none) }
        try await script.reading { consumer in
            let nothing = try await consumer.poll(timeout: .seconds(1))
            #expect(nothing.isEmpty)
        }
        #expect(script.count(.fetch) < 100)
    }

    @Test("ends when the answer about where partitions begin leaves one out")
    func unlisted() async throws {
        let script = try await FetchScript(listed: nil) { _, _ in .error(.none) }
        try await expectFailure(script, "lacks partition")
        #expect(script.count(.listOffsets) < 200)
    }

    @Test("ends when it refuses the offset that it named itself, but not after a few times")
    func outOfRange() async throws {
        let script = try await FetchScript(listed: 7) { _, _ in .error(.offsetOutOfRange) }
        try await expectFailure(script, "refuses offset 7, which it named itself")
        let other = try await FetchScript(listed: 7) { number, offset in
            number < 4 ? .error(.offsetOutOfRange) : .records(FetchScript.batch(offset, 1))
        }
        try await other.reading { consumer in
            let found = try await read(consumer, 1)
            #expect(found.first == 7)
        }
    }

    @Test("ends at an offset below zero")
    func negative() async throws {
        try await expectFailure(try await FetchScript(listed: -5) { _, _ in .error(.none) }, "names -5 as an offset")
    }

    @Test(
        "says what is in the way while it goes on trying, and that nothing is any more",
        arguments: [
            ErrorCode.notLeaderOrFollower, .unknownTopicOrPartition, .kafkaStorageError,
        ])
    func obstacle(code: ErrorCode) async throws {
        // A machine that is busy may see nothing of the first ones.
        let seen = Mutex<ErrorCode?>(nil)
        let script = try await FetchScript { number, offset in
            number < 5 || seen.withLock { $0 } == nil
                ? .error(code) : .records(FetchScript.batch(max(offset, 0), 1))
        }
        try await script.reading { consumer in
            while try await consumer.poll(timeout: .milliseconds(1)).isEmpty {
                if let obstacle = await consumer.obstacle { seen.withLock { $0 = obstacle.errorCode } }
            }
            #expect(seen.withLock { $0 } == code)
            #expect(await consumer.obstacle == nil)
        }
    }
}
