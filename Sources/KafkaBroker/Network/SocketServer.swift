// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Accepts connections on the listeners and gives each a `ConnectionHandler`.
final class SocketServer: Sendable {
    private struct Connection {
        var channel: any Channel
        var info: ConnectionInfo
        /// It gives way to others.
        var isGivenUp = false
    }

    private struct State {
        var listening: [(name: String, channel: any Channel)] = []
        /// Names of listeners that are closed, to be opened again.
        var closed: Set<String> = []
        var connections: [ObjectIdentifier: Connection] = [:]
        var isStopping = false
    }

    /// What the connections have in common.
    struct Shared: Sendable {
        /// `socket.request.max.bytes`
        var maximumRequestBytes: Int
        /// `connections.max.idle.ms`; negative for ever.
        var maxIdleMs: Int64
        /// Of connections whose login isn't complete.
        var login = LoginLimits()
        var policy: ConnectionPolicy
        var memory: RequestMemory
        var warnings: RepeatedWarnings
        var logger: Logger
        /// Says what each request is.
        var requestLogger: Logger
        /// Nil where nothing is counted.
        var telemetry: Telemetry?
    }

    private let group: any EventLoopGroup
    private let shared: Shared
    /// Which connections may come in.
    let quotas: ConnectionQuotas
    private let state = Mutex(State())

    init(
        group: any EventLoopGroup, _ configuration: BrokerConfiguration, policy: ConnectionPolicy,
        telemetry: Telemetry? = nil, logger: Logger, requestLogger: Logger? = nil
    ) {
        self.group = group
        var shared = Shared(
            maximumRequestBytes: Int(configuration.int32("socket.request.max.bytes")),
            maxIdleMs: configuration.int64("connections.max.idle.ms"),
            policy: policy, memory: RequestMemory(configured: configuration.int64("queued.max.request.bytes")),
            warnings: RepeatedWarnings(logger), logger: logger, requestLogger: requestLogger ?? logger,
            telemetry: telemetry)
        shared.login = LoginLimits(configuration)
        quotas = ConnectionQuotas(
            ConnectionLimits(configuration), window: QuotaWindow(configuration, prefix: ""),
            now: UptimeClock.milliseconds)
        self.shared = shared
    }

    /// Takes what was changed of the limits of connections.
    func update(_ configuration: BrokerConfiguration) {
        quotas.update(ConnectionLimits(configuration))
        closeExcess()
    }

    /// Closes connections that are too many, those that weren't used for longest.
    private func closeExcess() {
        let (count, protectedListener) = quotas.excess
        guard count > 0 else { return }
        let closing: [Connection] = state.withLock { state in
            let under = state.connections.values.count { $0.isGivenUp }
            let candidates = state.connections.filter { (_, connection) in
                !connection.isGivenUp && connection.info.listenerName != protectedListener
            }
            .sorted { $0.value.info.lastUse.load(ordering: .relaxed) < $1.value.info.lastUse.load(ordering: .relaxed) }
            .prefix(max(count - under, 0))
            for (id, _) in candidates { state.connections[id]?.isGivenUp = true }
            return candidates.map(\.value)
        }
        for connection in closing {
            shared.warnings.log(
                .warning, "connections that gave way",
                "closing the connection of \(connection.info.clientHost): max.connections is exceeded, and it wasn't used for longest"
            )
            connection.channel.close(promise: nil)
        }
    }

    /// A port that is bound, but on which nobody is served yet: connections wait in the system's queue.
    struct Bound: Sendable {
        var listener: Listener
        fileprivate var channel: any Channel
        /// The port that the system chose for 0.
        var port: Int32 { Int32(channel.localAddress?.port ?? 0) }
        /// As a client writes it: `host:port`, with an IPv6 address in brackets.
        var address: String {
            let host = listener.host.isEmpty ? "0.0.0.0" : listener.host
            return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// - Parameter passed: the socket to use, if somebody has bound one.
    func bind(
        _ listener: Listener, _ passed: PassedSocket? = nil, dispatch: @escaping @Sendable () -> DispatchTable
    ) async throws(BrokerError) -> Bound {
        let listener = passed?.taking(listener) ?? listener
        let host = listener.host.isEmpty ? "0.0.0.0" : listener.host
        // Whoever asks for encryption or logins must not get a port that is open to all.
        guard !listener.securityProtocol.hasLogin || shared.policy.logins(listener) != nil else {
            throw BrokerError(
                "\(listener.name)://\(host):\(listener.port) can't be listened on: nobody could log in; see "
                    + "sasl.enabled.mechanisms")
        }
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Nobody is accepted before the broker can answer.
            .serverChannelOption(.autoRead, value: false)
            .serverChannelInitializer { [shared, quotas] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        AcceptPause(shared.warnings),
                        ConnectionGate(listener.name, quotas, shared.warnings) { [weak self] in self?.closeExcess() },
                    ])
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 256 << 10, high: 1 << 20))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try self.accept(channel, listener: listener, dispatch: dispatch())
                }
            }
        do {
            // Threads are started to look a name up; an address needs none.
            let channel =
                if let passed {
                    try await bootstrap.withBoundSocket(passed.descriptor).get()
                } else {
                    try await PortBinding.bind(bootstrap, listener.host, Int(listener.port))
                }
            state.withLock { state in
                state.listening.append((listener.name, channel))
                state.closed.remove(listener.name)
            }
            return Bound(listener: listener, channel: channel)
        } catch {
            throw BrokerError(
                "\(listener.name)://\(host):\(listener.port) can't be listened on: \(PortBinding.reason(error))")
        }
    }

    /// Begins to accept connections.
    func open() {
        for (_, channel) in state.withLock(\.listening) {
            channel.setOption(.autoRead, value: true).whenSuccess { channel.read() }
        }
    }

    private func accept(_ channel: any Channel, listener: Listener, dispatch: DispatchTable) throws {
        let transport = shared.policy.transport(listener)
        let clientHost = "/" + Self.clientAddress(of: channel)
        let login = shared.policy.logins(listener).map { [warnings = shared.warnings] methods in
            ConnectionLogin(methods) { reason, clientID in
                warnings.log(
                    .warning, "failed logins",
                    "failed login of \(clientHost) on \(listener.name)\(RequestContext.clause(of: clientID)): \(reason)"
                )
            }
        }
        let info = ConnectionInfo(
            listenerName: listener.name, clientHost: clientHost,
            localHost: HostName.unmapped(channel.localAddress?.ipAddress ?? ""),
            securityProtocol: listener.securityProtocol, policy: shared.policy, login: login)
        let handler = ConnectionHandler(
            dispatch: dispatch, connection: info, transport: transport, shared: shared,
            counters: shared.telemetry?.counters(of: channel.eventLoop))
        try channel.syncOptions?.setOption(.recvAllocator, value: handler.receiver)
        try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
        try channel.pipeline.syncOperations.addHandlers(try transport.handlers() + [handler])
        let id = ObjectIdentifier(channel)
        let isStopping = state.withLock { state in
            state.connections[id] = Connection(channel: channel, info: info)
            return state.isStopping || state.closed.contains(listener.name)
        }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { $0.connections[id] = nil }
            // It may have been counted among those that give way, and another one be too many.
            self.closeExcess()
        }
        if isStopping { channel.close(promise: nil) }
    }

    /// Who is at the other end.
    static func clientAddress(of channel: any Channel) -> String {
        HostName.unmapped(channel.remoteAddress?.ipAddress ?? "unknown")
    }

    /// Connections that wait for records.
    var waitingCount: Int { state.withLock { $0.connections.values.map(\.info) }.count { $0.isWaiting } }

    /// Closes a listener's port and its connections, until it is bound again.
    func close(listener name: String) async {
        let channels = state.withLock { state in
            state.closed.insert(name)
            let listening = state.listening.filter { $0.name == name }.map(\.channel)
            state.listening.removeAll { $0.name == name }
            return listening + state.connections.values.filter { $0.info.listenerName == name }.map(\.channel)
        }
        for closed in channels.map({ $0.close() }) { try? await closed.get() }
    }

    /// Closes the ports, then the connections.
    func stop() async {
        let (listening, connections) = state.withLock { state in
            state.isStopping = true
            return (state.listening.map(\.channel), state.connections.values.map(\.channel))
        }
        // All at once: encrypted ones take a moment to say good-bye.
        for closed in (listening + connections).map({ $0.close() }) { try? await closed.get() }
    }
}
