// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Synchronization

/// Counts and latencies of delivered records, printed as Kafka's tool prints them.
final class PerfStatistics: Sendable {
    private struct Window {
        var start = ContinuousClock.now
        var count = 0
        var bytes = 0
        var totalMs = 0.0
        var maxMs = 0.0
    }

    private struct State {
        var ignored: Int
        var total = Window()
        var window = Window()
        /// Records by their latency in milliseconds; the last place has all that took longer.
        var histogram = [Int](repeating: 0, count: 120_001)
        var firstError: ClientError?
    }

    private let state: Mutex<State>
    private let context: Context
    private let interval: Duration

    init(reportingMs: Int64, ignoring warmup: Int, _ context: Context) {
        state = Mutex(State(ignored: warmup))
        self.context = context
        interval = .milliseconds(reportingMs)
    }

    var firstError: ClientError? { state.withLock { $0.firstError } }

    func record(_ report: DeliveryReport) {
        let line: String? = state.withLock { state in
            if let error = report.error {
                if state.firstError == nil { state.firstError = error }
                return nil
            }
            var count = report.recordCount
            if state.ignored > 0 {
                let skipped = min(state.ignored, count)
                state.ignored -= skipped
                count -= skipped
                if count == 0 {
                    state.total = Window()
                    state.window = Window()
                    return nil
                }
            }
            let bytes = report.byteCount / max(report.recordCount, 1) * count
            let ms =
                Double(report.latency.components.seconds) * 1000
                + Double(report.latency.components.attoseconds) / 1e15
            Self.add(count, bytes, ms, &state.total)
            Self.add(count, bytes, ms, &state.window)
            state.histogram[min(Int(ms), state.histogram.count - 1)] += count
            guard ContinuousClock.now - state.window.start >= interval else { return nil }
            let line = Self.line(state.window) + "."
            state.window = Window()
            return line
        }
        if let line {
            context.out.line(line)
            context.out.flush()
        }
    }

    private static func add(_ count: Int, _ bytes: Int, _ ms: Double, _ window: inout Window) {
        window.count += count
        window.bytes += bytes
        window.totalMs += ms * Double(count)
        window.maxMs = max(window.maxMs, ms)
    }

    private static func line(_ window: Window) -> String {
        let elapsed = ContinuousClock.now - window.start
        let seconds = max(Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18, 1e-9)
        return "\(window.count) records sent, \(Decimal.text(Double(window.count) / seconds, 1)) records/sec "
            + "(\(Decimal.text(Double(window.bytes) / seconds / 1_048_576, 2)) MB/sec), "
            + "\(Decimal.text(window.totalMs / Double(max(window.count, 1)), 1)) ms avg latency, "
            + "\(Decimal.text(window.maxMs, 1)) ms max latency"
    }

    func printTotal() {
        let line = state.withLock { state in
            let percentiles = [0.5, 0.95, 0.99, 0.999].map { Self.percentile($0, state.histogram) }
            return Self.line(state.total) + ", \(percentiles[0]) ms 50th, \(percentiles[1]) ms 95th, "
                + "\(percentiles[2]) ms 99th, \(percentiles[3]) ms 99.9th."
        }
        context.out.line(line)
    }

    private static func percentile(_ part: Double, _ histogram: [Int]) -> Int {
        let total = histogram.reduce(0, +)
        var left = Int(Double(total) * part)
        for (ms, count) in histogram.enumerated() {
            left -= count
            if left < 0 { return ms }
        }
        return 0
    }
}
