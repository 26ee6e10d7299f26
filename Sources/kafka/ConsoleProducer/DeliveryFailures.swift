// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import Synchronization

/// Lines that did not arrive: the first is named with its cause, the rest is counted.
final class DeliveryFailures: Sendable {
    private let context: Context
    private let progress: Progress
    private let state = Mutex(State())

    private struct State {
        var undelivered = 0
        var reported = false
        /// Numbers of lines that were never handed to the producer, which numbers only records.
        var skippedLines: [Int] = []
    }

    init(_ context: Context, _ progress: Progress) {
        self.context = context
        self.progress = progress
    }

    /// The line will not be sent at all.
    func skip(line: Int, _ reason: String) {
        pass(line: line)
        fail("line \(line): \(reason)")
    }

    /// The line will not be sent, for a reason that names it.
    func skip(line: Int, _ error: CommandError) {
        pass(line: line)
        fail(error.message)
    }

    /// The line is no record.
    func pass(line: Int) { state.withLock { $0.skippedLines.append(line) } }

    private func fail(_ message: String) {
        progress.clear()
        context.fail(message)
    }

    /// Called on the client's event loop.
    func add(_ report: DeliveryReport) {
        guard let error = report.error else { return }
        let first = Int(report.records.first ?? 0)
        let line: Int? = state.withLock { state in
            state.undelivered += report.recordCount
            guard !state.reported else { return nil }
            state.reported = true
            return state.skippedLines.reduce(first + 1) { line, skipped in skipped <= line ? line + 1 : line }
        }
        if let line { fail("line \(line) could not be delivered to topic \(report.topic): \(error.message)") }
    }

    func summarize() {
        let count = state.withLock { $0.undelivered }
        if count > 1 { fail("\(count) lines were not delivered") }
    }
}
