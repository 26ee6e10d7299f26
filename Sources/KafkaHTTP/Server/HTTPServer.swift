// SPDX-License-Identifier: Apache-2.0

package import KafkaBroker
internal import KafkaProtocol
package import Logging
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// Serves HTTP/1.1, over TLS or not, on as many addresses as are bound. It has no files and no threads: what there is
/// stands in its router, and it runs on somebody's event loops.
package final class HTTPServer: Sendable {
    /// How one address is served.
    package struct Listener: Sendable {
        /// Empty for all addresses.
        package var host: String
        /// 0 for any free port.
        package var port: UInt16
        /// Makes what stands between a connection's socket and HTTP; nil for plaintext.
        package var encryption: (@Sendable () throws -> [any ChannelHandler])?
        /// Names by which a server on a loopback address may be called besides that.
        package var allowedHosts: [String] = []

        package init(host: String, port: UInt16, encryption: (@Sendable () throws -> [any ChannelHandler])? = nil) {
            self.host = host
            self.port = port
            self.encryption = encryption
        }
    }

    private struct Handler: Sendable {
        var connection: NIOLoopBound<HTTPConnection>
        var eventLoop: any EventLoop
    }

    private struct State {
        var listening: [any Channel] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
        var handlers: [ObjectIdentifier: Handler] = [:]
        var isStopping = false
    }

    private let group: any EventLoopGroup
    private let router: HTTPRouter
    private let login: (any HTTPLogin)?
    private let limits: HTTPLimits
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - login: nil where nobody has to log in.
    package init(
        group: any EventLoopGroup, router: HTTPRouter, login: (any HTTPLogin)? = nil, limits: HTTPLimits = HTTPLimits(),
        logger: Logger
    ) {
        self.group = group
        self.router = router
        self.login = login
        self.limits = limits
        self.logger = logger
    }

    /// Listens on an address.
    /// - Returns: where it is reached, as `http://127.0.0.1:8080`; the port is the one that the system chose for 0.
    /// - Throws: `BrokerError` that says what is wrong with the address.
    package func listen(_ listener: Listener) async throws(BrokerError) -> String {
        let scheme = listener.encryption == nil ? "http" : "https"
        let host = listener.host.isEmpty ? "0.0.0.0" : listener.host
        let service = HTTPService(
            router: router, login: login, hosts: HostRule(listeningOn: host, allowing: listener.allowedHosts),
            limits: limits, isEncrypted: listener.encryption != nil, logger: logger, now: WallClock.milliseconds)
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 128)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 64 << 10, high: 256 << 10))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.accept(channel, service, listener) }
            }
        let text = { (port: Int) in "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
        do {
            let channel = try await PortBinding.bind(bootstrap, listener.host, Int(listener.port))
            state.withLock { $0.listening.append(channel) }
            return text(channel.localAddress?.port ?? 0)
        } catch {
            throw BrokerError(
                "\(text(Int(listener.port))) can't be listened on: \(PortBinding.reason(error, option: "--http"))")
        }
    }

    private func accept(_ channel: any Channel, _ service: HTTPService, _ listener: Listener) throws {
        let id = ObjectIdentifier(channel)
        let isAdmitted = state.withLock { state in
            guard !state.isStopping, state.connections.count < limits.connections else { return false }
            state.connections[id] = channel
            return true
        }
        guard isAdmitted else {
            service.warnings.log(
                .warning, "HTTP connections that were too many",
                "an HTTP connection is refused: there are \(limits.connections), as many as there may be")
            return channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { state in
                state.connections[id] = nil
                state.handlers[id] = nil
            }
        }
        if let encryption = listener.encryption { try channel.pipeline.syncOperations.addHandlers(try encryption()) }
        let handler = try Self.addHandlers(to: channel, service)
        let bound = NIOLoopBound(handler, eventLoop: channel.eventLoop)
        state.withLock { $0.handlers[id] = Handler(connection: bound, eventLoop: channel.eventLoop) }
    }

    /// The way of a connection's bytes to `HTTPConnection` and back.
    @discardableResult
    static func addHandlers(to channel: any Channel, _ service: HTTPService) throws -> HTTPConnection {
        var parsing = NIOHTTPDecoderLimitConfiguration()
        parsing.maxHeaderFieldSize = service.limits.headerBytes
        parsing.maxHeaderListSize = service.limits.headerBytes
        parsing.maxHeaderFieldCount = service.limits.headerFields
        var framing = HTTPResponseEncoder.Configuration()
        framing.automaticallySetFramingHeaders = false
        let first = FirstBytes()
        let connection = HTTPConnection(service, first, channel.eventLoop)
        try channel.pipeline.syncOperations.addHandlers(
            first, HTTPResponseEncoder(configuration: framing),
            ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: parsing)), HTTPServerPipelineHandler(),
            connection)
        return connection
    }

    /// Takes nobody any more, lets what is being served come to its end for a while, and closes all connections.
    package func stop() async {
        let (listening, connections, handlers) = state.withLock { state in
            state.isStopping = true
            return (state.listening, Array(state.connections.values), Array(state.handlers.values))
        }
        for channel in listening { try? await channel.close() }
        for handler in handlers { handler.eventLoop.execute { handler.connection.value.stop() } }
        let closing = connections.map { channel in
            let timer = channel.eventLoop.scheduleTask(in: limits.stopTime) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in timer.cancel() }
            return channel.closeFuture
        }
        for closed in closing { try? await closed.get() }
    }
}
