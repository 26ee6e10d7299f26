// SPDX-License-Identifier: Apache-2.0

import Libc
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Synchronization

/// Blocking work spread over the machine's cores.
enum Parallel {
    /// Below this, starting threads costs more than it saves.
    private static let minimum = 64

    /// `transform` of each element, in order; the first error ends it.
    static func map<Element: Sendable, Result: Sendable, Failure: Error>(
        _ elements: [Element], _ transform: @escaping @Sendable (Element) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        let workers = min(System.coreCount, elements.count / minimum)
        guard workers > 1 else {
            var results: [Result] = []
            results.reserveCapacity(elements.count)
            for element in elements { results.append(try transform(element)) }
            return results
        }
        let work = Work(elements, transform)
        let pool = NIOThreadPool(numberOfThreads: workers)
        pool.start()
        let done = ConditionLock(value: false)
        let working = Counter(workers)
        for _ in 0..<workers {
            pool.submit { _ in
                work.run()
                guard working.decrement() == 0 else { return }
                done.lock()
                done.unlock(withValue: true)
            }
        }
        done.lock(whenValue: true)
        done.unlock()
        pool.shutdownGracefully { _ in }
        return try work.results()
    }

    private final class Counter: Sendable {
        private let value: Synchronization.Atomic<Int>

        init(_ value: Int) { self.value = Synchronization.Atomic(value) }

        func decrement() -> Int { value.subtract(1, ordering: .acquiringAndReleasing).newValue }
    }

    private final class Work<Element: Sendable, Result: Sendable, Failure: Error>: Sendable {
        private let elements: [Element]
        private let transform: @Sendable (Element) throws(Failure) -> Result
        private let next = Synchronization.Atomic<Int>(0)
        private let outcome: Mutex<(results: [Result?], failure: Failure?)>

        init(_ elements: [Element], _ transform: @escaping @Sendable (Element) throws(Failure) -> Result) {
            self.elements = elements
            self.transform = transform
            outcome = Mutex((Array(repeating: nil, count: elements.count), nil))
        }

        func run() {
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < elements.count, outcome.withLock({ $0.failure == nil }) else { return }
                do throws(Failure) {
                    let result = try transform(elements[index])
                    outcome.withLock { $0.results[index] = result }
                } catch {
                    outcome.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }

        func results() throws(Failure) -> [Result] {
            let (results, failure) = outcome.withLock { $0 }
            if let failure { throw failure }
            return results.map { $0! }
        }
    }
}
