// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The result of `body`, or nil when it fails or takes longer than `time`. Work that takes longer is not waited for: it
/// goes on, and what it finds is lost.
func within<Value: Sendable>(
    _ time: Duration, _ body: @escaping @Sendable () async throws -> Value
) async -> Value? {
    await withCheckedContinuation { continuation in
        let waiting = Once(continuation)
        Task { waiting.resume(try? await body()) }
        Task {
            try? await Task.sleep(for: time)
            waiting.resume(nil)
        }
    }
}

/// A continuation that only its first result reaches.
private final class Once<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value?, Never>?>

    init(_ continuation: CheckedContinuation<Value?, Never>) { self.continuation = Mutex(continuation) }

    func resume(_ value: Value?) {
        let waiting = continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
        waiting?.resume(returning: value)
    }
}
