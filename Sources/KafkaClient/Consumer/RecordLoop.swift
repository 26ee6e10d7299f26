// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization

/// What a `for` loop over a consumer works on: the records at hand, the one that the loop's body has, and how far each
/// partition is finished. The loop takes from it without waiting for the consumer, which fills it and commits from it.
final class RecordLoop: Sendable {
    /// What the loop has to do to get on.
    enum Step {
        case work(ConsumerRecord)
        /// Some time has passed since the last poll.
        case tend
        case fill
        /// The records behind those that came can't be read.
        case fail(ClientError, TopicPartition, Int64)
        /// Another loop has begun.
        case displaced
        case end
    }

    /// Records of one partition.
    private struct Chunk {
        var partition: TopicPartition
        var records: [ConsumerRecord] = []
        /// Of the next record to hand out.
        var index = 0
        /// Where reading goes on behind them.
        var endOffset: Int64
        var failure: ClientError?
    }

    private struct State {
        /// The loop that reads; numbers rise.
        var owner = 0
        var chunk: Chunk?
        /// Whether the record before the chunk's index is with the loop's body.
        var isWorking = false
        /// Behind what bodies have finished, until the consumer takes it.
        var finished: [TopicPartition: Int64] = [:]
        var lastPoll = ContinuousClock.now
        var hasEnded = false
    }

    private let state = Mutex(State())
    /// How often a loop polls that still has records.
    private static let tendInterval: Duration = .milliseconds(100)

    // MARK: The loop's side

    /// Begins a loop. A record that the one before has left unfinished comes again.
    func begin() -> Int {
        state.withLock { state in
            state.owner += 1
            if state.isWorking { state.chunk?.index -= 1 }
            state.isWorking = false
            return state.owner
        }
    }

    /// The loop's body has come to its end, if it had a record: what is next?
    func next(_ owner: Int, isMember: Bool) -> Step {
        state.withLock { state in
            if state.owner != owner { return .displaced }
            Self.finish(&state)
            if state.hasEnded { return .end }
            guard let chunk = state.chunk else { return .fill }
            if isMember, state.lastPoll + Self.tendInterval <= .now { return .tend }
            if chunk.index < chunk.records.count {
                state.chunk?.index += 1
                state.isWorking = true
                return .work(chunk.records[chunk.index])
            }
            if let failure = chunk.failure { return .fail(failure, chunk.partition, chunk.endOffset) }
            state.chunk = nil
            return .fill
        }
    }

    /// The records that a poll has brought; nothing if they have been discarded meanwhile.
    func add(_ fetched: FetchedRecords) {
        // Not under the lock: this may take a while.
        var decoded = Chunk(partition: fetched.partition, endOffset: fetched.nextOffset)
        do {
            var reader = RecordBatchReader()
            try fetched.forEachRecord(&reader) { decoded.records.append(ConsumerRecord(fetched.partition, $0)) }
        } catch {
            decoded.failure = error as? ClientError ?? ClientError(.invalidResponse, "\(fetched.partition): \(error)")
            decoded.endOffset = decoded.records.last.map { $0.offset &+ 1 } ?? fetched.startOffset
        }
        state.withLock { state in
            guard state.chunk?.partition == fetched.partition else { return }
            state.chunk = decoded
            // Control records, and those of aborted transactions, are nobody's work.
            if decoded.records.isEmpty, decoded.failure == nil { state.finished[decoded.partition] = decoded.endOffset }
        }
    }

    /// The body is done with its record, though it has not come to its end yet.
    func settle(_ record: ConsumerRecord) {
        state.withLock { state in
            guard state.isWorking, let chunk = state.chunk, chunk.partition == record.topicPartition,
                chunk.records[chunk.index - 1].offset == record.offset
            else { return }
            Self.finish(&state)
        }
    }

    private static func finish(_ state: inout State) {
        guard state.isWorking else { return }
        state.isWorking = false
        guard let chunk = state.chunk else { return }
        let isLast = chunk.index == chunk.records.count
        state.finished[chunk.partition] = isLast ? chunk.endOffset : chunk.records[chunk.index - 1].offset &+ 1
    }

    // MARK: The consumer's side

    /// A poll has brought records, which `add` will bring; false if they are for a loop that has had its day.
    func expect(_ partition: TopicPartition, for owner: Int) -> Bool {
        state.withLock { state in
            guard state.owner == owner else { return false }
            state.lastPoll = .now
            state.chunk = Chunk(partition: partition, endOffset: -1)
            return true
        }
    }

    func notePoll() { state.withLock { $0.lastPoll = .now } }

    /// The consumer reads the partition elsewhere, or no more.
    func discard(_ partition: TopicPartition) {
        state.withLock { state in
            state.finished[partition] = nil
            guard state.chunk?.partition == partition else { return }
            state.chunk = nil
            state.isWorking = false
        }
    }

    /// How far the loop has got since the last call, for each partition: the offset behind what is finished.
    func takeFinished() -> [TopicPartition: Int64] {
        state.withLock { state in
            defer { state.finished = [:] }
            return state.finished
        }
    }

    func end() {
        state.withLock { state in
            state.hasEnded = true
            state.chunk = nil
            state.isWorking = false
        }
    }
}
