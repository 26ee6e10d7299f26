// SPDX-License-Identifier: Apache-2.0

import KafkaHTTP
import Synchronization

/// How many requests may read a topic through at a time.
final class ScanLimit: Sendable {
    private let most: Int
    private let count = Mutex(0)

    init(_ most: Int) { self.most = most }

    func run<Value>(_ body: () async throws -> Value) async throws -> Value {
        let isFree = count.withLock { count in
            if count >= most { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw HTTPProblem(503, "\(most) searches and live views are running; stop one of them first")
        }
        defer { count.withLock { $0 -= 1 } }
        return try await body()
    }
}
