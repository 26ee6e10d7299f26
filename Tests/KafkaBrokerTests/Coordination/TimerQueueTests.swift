// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import KafkaBroker

@Suite("Timers")
struct TimerQueueTests {
    @Test("Random settings, delays and cancellations fire as a plain list of deadlines would")
    func random() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        var queue = TimerQueue<Int>()
        var expected: [Int: Int64] = [:]
        var now: Int64 = 0
        for _ in 0..<5_000 {
            let key = Int.random(in: 0..<20, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                let deadline = now + Int64.random(in: 0...50, using: &random)
                queue.set(key, deadline)
                expected[key] = deadline
            case 2:
                queue.cancel(key)
                expected[key] = nil
            default:
                now += Int64.random(in: 0...20, using: &random)
                var fired: Set<Int> = []
                while let key = queue.popDue(now) { #expect(fired.insert(key).inserted) }
                #expect(fired == Set(expected.filter { $0.value <= now }.keys), "seed \(seed)")
                expected = expected.filter { $0.value > now }
            }
            #expect(queue.isSet(key) == (expected[key] != nil))
            if let first = expected.values.min() { #expect(queue.nextDeadline! <= first, "seed \(seed)") }
            if expected.isEmpty { #expect(queue.nextDeadline == nil) }
        }
    }
}
