// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Synchronization

/// Counts and latencies of delivered records, printed as Kafka's tool prints them.
final class PerfStatistics: Sendable {
    private struct State {
        var all: PerfTally
        /// The records behind those that only warm up.
        var steady: PerfTally?
        var firstError: ClientError?
    }

    private let state: Mutex<State>
    private let warmup: UInt64
    private let context: Context
    private let interval: Duration

    init(reportingMs: Int64, warmup: Int, _ context: Context) {
        state = Mutex(State(all: PerfTally()))
        self.warmup = UInt64(warmup)
        self.context = context
        interval = .milliseconds(reportingMs)
    }

    var firstError: ClientError? { state.withLock { $0.firstError } }

    /// Called on the client's event loop, once a batch.
    func record(_ report: DeliveryReport) {
        let lines = state.withLock { state -> [String] in
            if let error = report.error {
                if state.firstError == nil { state.firstError = error }
                return []
            }
            let bytes = report.byteCount / max(report.recordCount, 1)
            state.all.add(report.recordCount, recordBytes: bytes, report.latency)
            guard warmup > 0, let last = report.records.last, last >= warmup else {
                return state.all.window(after: interval).map { [$0] } ?? []
            }
            let steadyCount = report.records.ranges.reduce(0) { $0 + $1.clamped(to: warmup..<UInt64.max).count }
            var steady = state.steady ?? PerfTally()
            steady.add(steadyCount, recordBytes: bytes, report.latency)
            let isFirst = !steady.hasReported
            let line = steady.window(after: interval)
            state.steady = steady
            return line.map { isFirst ? ["In steady state.", $0] : [$0] } ?? []
        }
        guard !lines.isEmpty else { return }
        for line in lines { context.out.line(line) }
        context.out.flush()
    }

    func printTotals() {
        let lines = state.withLock { state in
            [state.all.total("records"), state.steady?.total("steady state records")]
        }
        for line in lines.compactMap({ $0 }) { context.out.line(line) }
    }
}
