// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Synchronization

/// Lines that did not arrive: the first is named with its cause, the rest is counted.
final class DeliveryFailures: Sendable {
    private let context: Context
    /// What the input is made of: line or record.
    private let unit: String
    private let state = Mutex(State())

    private struct State {
        var undelivered = 0
        /// The lowest and the highest number of a record that was not delivered.
        var records: ClosedRange<UInt64>?
        /// Numbers of lines that were never handed to the producer, which numbers only records.
        var skippedLines: [Int] = []
        var lastDelivery = ContinuousClock.now
        var isStarved = false

        /// The line that became the record of this number.
        func line(_ record: UInt64) -> Int {
            skippedLines.reduce(Int(clamping: record) + 1) { line, skipped in skipped <= line ? line + 1 : line }
        }
    }

    init(_ context: Context, unit: String = "line") {
        self.context = context
        self.unit = unit
    }

    /// Whether a batch has waited for all of its time while nothing else was delivered either.
    var isStarved: Bool { state.withLock { $0.isStarved } }

    /// The line will not be sent at all.
    func skip(line: Int, _ reason: String) {
        pass(line: line)
        context.fail("\(unit) \(line): \(reason)")
    }

    /// The line will not be sent, for a reason that names it.
    func skip(line: Int, _ error: CommandError) {
        pass(line: line)
        context.fail(error.message)
    }

    /// The line is no record.
    func pass(line: Int) { state.withLock { $0.skippedLines.append(line) } }

    /// Called on the client's event loop.
    func add(_ report: DeliveryReport) {
        guard let error = report.error else {
            return state.withLock { state in
                state.lastDelivery = .now
                state.isStarved = false
            }
        }
        let numbers = (report.records.first ?? 0)...(report.records.last ?? report.records.first ?? 0)
        let line: Int? = state.withLock { state in
            state.undelivered += report.recordCount  // bounded: records that this process made
            if error.kind == .timedOut, .now - report.latency > state.lastDelivery { state.isStarved = true }
            guard let before = state.records else {
                state.records = numbers
                return state.line(numbers.lowerBound)
            }
            state.records =
                min(before.lowerBound, numbers.lowerBound)...max(before.upperBound, numbers.upperBound)
            return nil
        }
        if let line {
            context.fail("\(unit) \(line) could not be delivered to topic \(report.topic): \(error.message)")
        }
    }

    /// Says how many, and where, if that was more than one.
    func summarize() {
        let (count, first, last) = state.withLock { state in
            (state.undelivered, state.line(state.records?.lowerBound ?? 0), state.line(state.records?.upperBound ?? 0))
        }
        guard count > 1 else { return }
        let isGapless = last - first + 1 == count
        context.fail(
            "\(count) \(unit)s were not delivered\(isGapless ? ":" : ", all within") \(unit)s \(first) to \(last)")
    }
}
