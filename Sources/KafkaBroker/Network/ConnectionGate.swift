// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore

/// Stands between a listener's socket and its connections, and lets in what `ConnectionQuotas` admits. While one has to
/// wait, no more are accepted: they wait in the system's queue.
final class ConnectionGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    /// Connections of addresses that come too often which are held at a time; others are closed at once.
    private static let heldLimit = 1000

    private let listenerName: String
    private let quotas: ConnectionQuotas
    private let warnings: RepeatedWarnings
    /// Called when a connection was let in, which may be one too many for another listener.
    private let admitted: @Sendable () -> Void
    /// In the order in which they came; the first one waits.
    private var waiting: [any Channel] = []
    private var timer: Scheduled<Void>?
    /// The first one has waited for what the rates want.
    private var isDue = false
    private var isFull = false
    private var wantsRead = false
    private var heldCount = 0

    init(
        _ listenerName: String, _ quotas: ConnectionQuotas, _ warnings: RepeatedWarnings,
        admitted: @escaping @Sendable () -> Void
    ) {
        self.listenerName = listenerName
        self.quotas = quotas
        self.warnings = warnings
        self.admitted = admitted
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        waiting.append(unwrapInboundIn(data))
        letIn(context)
    }

    func read(context: ChannelHandlerContext) {
        guard waiting.isEmpty else { return wantsRead = true }
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        for channel in waiting { channel.close(promise: nil) }
        waiting = []
        context.fireChannelInactive()
    }

    private func letIn(_ context: ChannelHandlerContext) {
        while let channel = waiting.first, timer == nil, !isFull {
            if !isDue {
                isDue = true
                let delay = quotas.arrived(at: listenerName)
                if delay > 0 { return wait(delay, context) }
            }
            guard decide(channel, context) else { return }
            waiting.removeFirst()
            isDue = false
        }
        guard waiting.isEmpty, wantsRead, context.channel.isActive else { return }
        wantsRead = false
        context.read()
    }

    private func wait(_ milliseconds: Int64, _ context: ChannelHandlerContext) {
        warnings.log(
            .info, "connections that come faster than max.connection.creation.rate",
            "a connection to \(listenerName) has to wait for \(milliseconds) ms: max.connection.creation.rate is reached"
        )
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
            let (gate, context) = bound.value
            gate.timer = nil
            gate.letIn(context)
        }
    }

    /// Whether the first connection needn't wait any more, let in or not.
    private func decide(_ channel: any Channel, _ context: ChannelHandlerContext) -> Bool {
        let address = SocketServer.clientAddress(of: channel)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        let decision = quotas.admit(address, at: listenerName) {
            eventLoop.execute {
                let (gate, context) = bound.value
                gate.isFull = false
                gate.letIn(context)
            }
        }
        switch decision {
        case .admitted:
            channel.closeFuture.whenComplete { [quotas, listenerName] _ in
                quotas.release(address, at: listenerName)
            }
            context.fireChannelRead(wrapInboundOut(channel))
            admitted()
        case .full:
            isFull = true
            warnings.log(
                .warning, "connections that wait for a place",
                "a connection of /\(address) to \(listenerName) has to wait: max.connections is reached")
            return false
        case .tooMany(let limit):
            warnings.log(
                .warning, "connections of addresses that have as many as they may",
                "a connection of /\(address) is refused: the address has \(limit) connections, as many as it may (max.connections.per.ip)"
            )
            channel.close(promise: nil)
        case .tooOften(let milliseconds):
            warnings.log(
                .warning, "connections of addresses that come too often",
                "a connection of /\(address) is refused: the address is beyond its quota connection_creation_rate")
            hold(channel, milliseconds, context)
        }
        return true
    }

    /// A client that is refused at once would come again at once.
    private func hold(_ channel: any Channel, _ milliseconds: Int64, _ context: ChannelHandlerContext) {
        guard heldCount < Self.heldLimit else { return channel.close(promise: nil) }
        heldCount += 1
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
            bound.value.heldCount -= 1
            channel.close(promise: nil)
        }
    }
}
