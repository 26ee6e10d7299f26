// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite("Signals")
struct SignalsTests {
    @Test("A signal that comes twice within a second is one signal; a later one wants the end at once")
    func repetition() {
        let signals = Signals()
        let start = ContinuousClock.now
        guard case .first = signals.note(15, at: start) else {
            Issue.record("the first signal is the first")
            return
        }
        for milliseconds in [0, 1, 999] {
            guard case .repetition = signals.note(15, at: start + .milliseconds(milliseconds)) else {
                Issue.record("after \(milliseconds) ms")
                continue
            }
        }
        guard case .impatience = signals.note(2, at: start + .milliseconds(1000)) else {
            Issue.record("whoever asks again after a second does not want to wait")
            return
        }
        #expect(signals.exitStatus == 143, "the first counts")
    }
}
