// SPDX-License-Identifier: Apache-2.0

/// Records, bytes and latencies from a moment on, and of the interval that is reported next.
struct PerfTally: Sendable {
    private struct Span: Sendable {
        var start = ContinuousClock.now
        var count = 0
        var bytes = 0
        var totalMs = 0.0
        var maxMs = 0.0

        mutating func add(_ number: Int, _ recordBytes: Int, _ ms: Double) {
            count += number
            bytes += number * recordBytes
            totalMs += ms * Double(number)
            maxMs = max(maxMs, ms)
        }

        var seconds: Double { max((ContinuousClock.now - start) / .seconds(1), 1e-9) }
        var averageMs: Double { totalMs / Double(max(count, 1)) }

        func rates(digits: Int) -> String {
            let seconds = seconds
            return "\(Decimal.text(Double(count) / seconds, digits)) records/sec "
                + "(\(Decimal.text(Double(bytes) / seconds / 1_048_576, 2)) MB/sec)"
        }
    }

    private var whole = Span()
    private var current = Span()
    /// Records by their latency in milliseconds; the last place has all that took longer.
    private var histogram = [Int](repeating: 0, count: 120_001)
    private(set) var hasReported = false

    mutating func add(_ count: Int, recordBytes: Int, _ latency: Duration) {
        let ms = latency / .milliseconds(1)
        whole.add(count, recordBytes, ms)
        current.add(count, recordBytes, ms)
        histogram[min(Int(ms), histogram.count - 1)] += count
    }

    /// The line for what came since the last one; nil before `interval` is over.
    mutating func window(after interval: Duration) -> String? {
        guard ContinuousClock.now - current.start >= interval else { return nil }
        defer { current = Span() }
        hasReported = true
        return "\(current.count) records sent, \(current.rates(digits: 1)), "
            + "\(Decimal.text(current.averageMs, 1)) ms avg latency, \(Decimal.text(current.maxMs, 1)) ms max latency."
    }

    /// The line for everything.
    func total(_ what: String) -> String {
        let percentiles = [(0.5, "50th"), (0.95, "95th"), (0.99, "99th"), (0.999, "99.9th")].map { part, name in
            "\(percentile(part)) ms \(name)"
        }
        return "\(whole.count) \(what) sent, \(whole.rates(digits: 6)), "
            + "\(Decimal.text(whole.averageMs, 2)) ms avg latency, \(Decimal.text(whole.maxMs, 2)) ms max latency, "
            + percentiles.joined(separator: ", ") + "."
    }

    private func percentile(_ part: Double) -> Int {
        var left = Int(Double(whole.count) * part)
        for (ms, count) in histogram.enumerated() {
            left -= count
            if left < 0 { return ms }
        }
        return 0
    }
}
