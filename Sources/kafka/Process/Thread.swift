// SPDX-License-Identifier: Apache-2.0

import Libc

/// A plain thread, for work that blocks: a task would take one of the few threads that all tasks share.
enum Thread {
    static func detach(_ body: @escaping @Sendable () -> Void) {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { argument in
                Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, work)
        precondition(status == 0, "the system has no thread left")
        pthread_detach(thread)
    }
}
