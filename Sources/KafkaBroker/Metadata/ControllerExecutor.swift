// SPDX-License-Identifier: Apache-2.0

internal import Dispatch

/// Runs the controller on a queue of its own: it waits for the disk, which the shared threads must not.
final class ControllerExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "kafka.controller")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
