// SPDX-License-Identifier: Apache-2.0

import Libc
import Synchronization

/// How far a long pipe has come: one line on standard error that is written over and over, and nothing at all unless
/// that is a terminal.
final class Progress: Sendable {
    private struct State {
        var next: ContinuousClock.Instant
        var isShown = false
    }

    private let context: Context
    private let unit: String
    private let isEnabled: Bool
    private let begin: ContinuousClock.Instant
    private let state: Mutex<State>

    private static let interval = Duration.milliseconds(500)

    /// - Parameter unit: of what is counted.
    init(_ context: Context, isEnabled: Bool, unit: String = "lines") {
        self.unit = unit
        self.context = context
        self.isEnabled = isEnabled
        begin = .now
        // What is soon over needs none.
        state = Mutex(State(next: begin + .seconds(1)))
        if isEnabled { context.interrupting(.init(before: { [weak self] in self?.clear() })) }
    }

    /// To be called once for each block that was read.
    func show(lines: Int, bytes: Int) {
        guard isEnabled else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            guard now >= state.next else { return }
            state.next = now + Self.interval
            state.isShown = true
            write("\r\u{1b}[K" + Self.text(lines: lines, bytes: bytes, elapsed: now - begin, unit: unit))
        }
    }

    /// Makes room for another message: the next call of `show` writes the line anew.
    func clear() {
        guard isEnabled else { return }
        state.withLock { state in
            guard state.isShown else { return }
            state.isShown = false
            write("\r\u{1b}[K")
        }
    }

    private func write(_ text: String) {
        context.err.write(text)
        context.err.flush()
    }

    /// `1234567 lines, 98.7 MB, 45.6 MB/s`
    static func text(lines: Int, bytes: Int, elapsed: Duration, unit: String = "lines") -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let megabytes = Double(bytes) / 1e6
        let rate = seconds > 0 ? megabytes / seconds : 0
        return "\(lines) \(unit), \(Decimal.text(megabytes, 1)) MB, \(Decimal.text(rate, 1)) MB/s"
    }
}
