// SPDX-License-Identifier: Apache-2.0

import Libc
import Logging
import NIOCore

/// What a listener does when a connection can't be accepted: where descriptors have run out, trying again at once would
/// only keep a core busy, so it stops for a moment; the connections wait in the system's queue.
///
/// By way of `autoRead`: after a failed accept the channel itself goes on waiting for the socket, which is still ready.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    static let length = TimeAmount.milliseconds(250)

    private let warnings: RepeatedWarnings
    private var isPausing = false

    init(_ warnings: RepeatedWarnings) { self.warnings = warnings }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else { return context.fireErrorCaught(error) }
        let isLimit = error.errnoCode == EMFILE || error.errnoCode == ENFILE
        let cure = isLimit ? "; raise the limit (ulimit -n), or have clients use fewer connections" : ""
        warnings.log(
            .warning, "connections that can't be accepted",
            "a connection can't be accepted: \(String(cString: strerror(error.errnoCode)))\(cure)")
        guard !isPausing else { return }
        isPausing = true
        let channel = context.channel
        _ = channel.setOption(.autoRead, value: false)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.length) {
            bound.value.isPausing = false
            _ = channel.setOption(.autoRead, value: true)
        }
    }
}
