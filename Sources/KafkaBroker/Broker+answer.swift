// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

extension Broker {
    /// Returns once all that serves has had its turn: each event loop, and the controller. While one of them hangs, it
    /// doesn't return.
    package func answer() async {
        for eventLoop in parts.group.makeIterator() { try? await eventLoop.submit {}.get() }
        _ = await parts.controller.storageFailure
    }
}
