// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

@testable import KafkaBroker

/// `__consumer_offsets` in memory.
final class MemoryCoordinatorLog: CoordinatorLog {
    struct State {
        var partitions: [[ReplayedRecord]]?
        var appends = 0
        var error: ErrorCode?
        /// Reading back waits for this many calls of `release`.
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    let state: Mutex<State>
    private let count: Int32

    init(exists: Bool = false, count: Int32 = 50) {
        self.count = count
        state = Mutex(State(partitions: exists ? Array(repeating: [], count: Int(count)) : nil))
    }

    var partitionCount: Int32? { state.withLock { $0.partitions.map { Int32($0.count) } } }

    func create() async throws(CoordinatorLogError) -> Int32 {
        if let error = state.withLock({ $0.error }) { throw CoordinatorLogError(code: error, message: "no") }
        state.withLock { $0.partitions = $0.partitions ?? Array(repeating: [], count: Int(count)) }
        return count
    }

    func append(
        _ records: [CoordinatorRecord], to partition: Int32, transaction: CoordinatorTransaction?
    ) throws(CoordinatorLogError) -> Int64 {
        let result: Result<Int64, CoordinatorLogError> = state.withLock { state in
            if let error = state.error { return .failure(CoordinatorLogError(code: error, message: "no")) }
            state.appends += 1
            let base = Int64(state.partitions![Int(partition)].count)
            for (index, record) in records.enumerated() {
                state.partitions![Int(partition)].append(
                    ReplayedRecord(
                        offset: base + Int64(index), producerID: transaction?.producerID ?? -1, content: .data(record)))
            }
            return .success(base)
        }
        return try result.get()
    }

    func appendMarker(_ producerID: Int64, commit: Bool, to partition: Int32) {
        state.withLock {
            let offset = Int64($0.partitions![Int(partition)].count)
            $0.partitions![Int(partition)].append(
                ReplayedRecord(offset: offset, producerID: producerID, content: .endOfTransaction(commit: commit)))
        }
    }

    func replay(_ partition: Int32, _ body: (ReplayedRecord) throws -> Void) async throws {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        for record in state.withLock({ $0.partitions![Int(partition)] }) { try body(record) }
    }

    /// Lets reading back go on.
    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }
}

/// A clock that is moved by hand; who sleeps on it sleeps until its task is cancelled.
final class ManualClock: Sendable {
    private let time = Atomic<Int64>(1_000_000)

    var clock: CoordinatorClock {
        CoordinatorClock(
            now: { self.time.load(ordering: .relaxed) }, uptime: { self.time.load(ordering: .relaxed) },
            sleep: { _ in try await Task.sleep(for: .seconds(86_400)) })
    }

    func advance(_ milliseconds: Int64) { time.add(milliseconds, ordering: .relaxed) }
}
