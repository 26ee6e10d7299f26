// SPDX-License-Identifier: Apache-2.0

import Libc

/// A plain thread, for work that blocks: a task would take one of the few threads that all tasks share.
enum Thread {
    static func detach(_ body: @escaping @Sendable () -> Void) {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let work = Unmanaged.passRetained(Work(body)).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { argument in
                #if canImport(Darwin)
                    Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
                #else
                    Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue().body()
                #endif
                return nil
            }, work)
        precondition(status == 0, "the system has no thread left")
        #if canImport(Darwin)
            if let thread { pthread_detach(thread) }
        #else
            pthread_detach(thread)
        #endif
    }
}
