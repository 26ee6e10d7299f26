// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import Synchronization

/// How far all partitions are: told by the producer, asked by who reads and who commits.
final class CopyState: Sendable {
    private struct State {
        var progress: [TopicPartition: CopyProgress]
        var failure: CommandError?
        var bytes = 0
    }

    private let state: Mutex<State>
    /// The names of the source, by those of the destination.
    private let sources: [String: String]

    init(_ checkpoints: [TopicPartition: CopyCheckpoint], _ names: CopyNames) {
        sources = checkpoints.keys.reduce(into: [:]) { $0[names.there($1.topic)] = $1.topic }
        state = Mutex(State(progress: checkpoints.mapValues { CopyProgress($0) }))
    }

    var checkpoints: [TopicPartition: CopyCheckpoint] { state.withLock { $0.progress.mapValues(\.checkpoint) } }

    /// By topic.
    var records: [String: Int] {
        state.withLock { state in
            state.progress.reduce(into: [:]) { counts, entry in
                counts[entry.key.topic] = (counts[entry.key.topic] ?? 0).addingSaturating(entry.value.records)
            }
        }
    }

    /// What is stored in all.
    var total: (records: Int, bytes: Int) {
        state.withLock { state in
            (state.progress.values.reduce(0) { $0.addingSaturating($1.records) }, state.bytes)
        }
    }

    /// - Throws: why the copy can't go on.
    func check() throws {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    func append(_ partition: TopicPartition, count: Int, next: Int64) {
        state.withLock { $0.progress[partition]?.append(count: count, next: next) }
    }

    /// Records are there already, behind the checkpoint, while none is on its way.
    func skip(_ partition: TopicPartition, count: Int, next: Int64) {
        state.withLock { $0.progress[partition]?.skip(count: count, next: next) }
    }

    func pass(_ partition: TopicPartition, to next: Int64) {
        state.withLock { $0.progress[partition]?.pass(to: next) }
    }

    /// Called on the client's event loop.
    func note(_ report: DeliveryReport) {
        let partition = TopicPartition(sources[report.topic] ?? report.topic, report.partition)
        state.withLock { state in
            guard state.failure == nil else { return }
            if let error = report.error {
                state.failure = CommandError("\(partition) at the destination: \(error.message)")
                return
            }
            state.bytes = state.bytes.addingSaturating(report.byteCount)
            guard state.progress[partition]?.store(count: report.recordCount, at: report.baseOffset) != false else {
                state.failure = CommandError(
                    "\(partition) of the destination gets records from somebody else, so that where the copy stands can't "
                        + "be told; nobody may write to topics while they are copied")
                return
            }
        }
    }
}
