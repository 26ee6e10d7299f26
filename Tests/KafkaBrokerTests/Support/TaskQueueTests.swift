// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import KafkaBroker

@Suite struct TaskQueueTests {
    @Test("What was added first ends first, however long it takes")
    func order() async {
        let queue = TaskQueue()
        let seen = Mutex<[Int]>([])
        await withCheckedContinuation { done in
            for number in 0..<200 {
                queue.add {
                    for _ in 0..<(200 - number) / 10 { await Task.yield() }
                    seen.withLock { $0.append(number) }
                    if number == 199 { done.resume() }
                }
            }
        }
        #expect(seen.withLock { $0 } == Array(0..<200))
    }
}
