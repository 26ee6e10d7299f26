// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOPosix
import Synchronization

/// What happens between the opening of a connection and its first request.
protocol ConnectionSecurity: Sendable {
    /// Adds handlers in front of Kafka's frames (TLS); called on the channel's event loop.
    func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations, host: String) throws
    /// Logs in (SASL) once versions are known.
    func authenticate(_ connection: Connection, timeout: Duration) async throws(ClientError)
}

extension Connection {
    /// Opens a connection, agrees on versions and logs in.
    /// - Parameters:
    ///   - timeout: for all of it.
    ///   - attempt: told when the broker has taken the connection, but has not answered.
    /// - Throws: `.connection` with address and cause, `.tlsExpected`, `.authentication`, `.invalidResponse`.
    static func open(
        to address: BrokerAddress, on eventLoop: any EventLoop, settings: ConnectionSettings, timeout: Duration,
        attempt: Troubles.Attempt? = nil
    ) async throws(ClientError) -> Connection {
        let start = ContinuousClock.now
        settings.debug?(.broker, "connecting to \(address)")
        let (handler, gate): (NIOLoopBound<ConnectionDriver>, ConnectionDriver.Gate)
        do throws(ClientError) {
            (handler, gate) = try await connect(address, eventLoop, settings, timeout)
        } catch {
            settings.debug?(.broker, error.message)
            throw error
        }
        attempt?.update(
            "\(address) takes connections, but does not answer; the broker may be stopped, overloaded or just starting, "
                + "or something else listens there")
        // Before versions are known only ApiVersions can be sent.
        let greeter = Connection(
            address: address, eventLoop: eventLoop, handler: handler, gate: gate,
            versions: APIVersionTable(ApiVersionsResponse()), settings: settings)
        do throws(ClientError) {
            let rest = max(.milliseconds(50), timeout - start.duration(to: .now))
            let versions = try await greeter.agreeOnVersions(timeout: rest)
            let connection = Connection(
                address: address, eventLoop: eventLoop, handler: handler, gate: gate, versions: versions,
                settings: settings)
            try await settings.security?.authenticate(
                connection, timeout: max(.milliseconds(50), timeout - start.duration(to: .now)))
            settings.debug?(
                .broker, "connected to \(address) in \(start.duration(to: .now).milliseconds) ms")
            return connection
        } catch {
            greeter.close()
            if error.kind == .timedOut {
                throw ClientError(
                    .connection, "can't reach \(address): connected, but no answer within \(timeout.inWords)")
            }
            throw error
        }
    }

    private static func connect(
        _ address: BrokerAddress, _ eventLoop: any EventLoop, _ settings: ConnectionSettings, _ timeout: Duration
    ) async throws(ClientError) -> (NIOLoopBound<ConnectionDriver>, ConnectionDriver.Gate) {
        // What a broker advertises may be any number.
        guard (1...65_535).contains(address.port) else {
            throw ClientError(
                .invalidResponse, "can't reach \(address): there is no port \(address.port)")
        }
        let drivers = Drivers()
        do {
            let channel: any Channel
            if let literal = try? SocketAddress(ipAddress: address.host, port: address.port) {
                channel = try await bootstrap(address, eventLoop, settings, timeout, drivers).connect(to: literal).get()
            } else if address.host == "localhost" {
                channel = try await connectToLoopback(address, eventLoop, settings, timeout, drivers)
            } else {
                channel = try await bootstrap(address, eventLoop, settings, timeout, drivers)
                    .connect(host: address.host, port: address.port).get()
            }
            // Not looked for in the pipeline, which is empty if the other side has closed already: the driver knows why.
            guard let driver = drivers.of(channel) else {
                throw ClientError.notOpen(address)
            }
            return driver
        } catch {
            throw ConnectFailure.describe(error, address, timeout)
        }
    }

    /// localhost is the loopback interface by definition (RFC 6761), so that no resolver is asked.
    private static func connectToLoopback(
        _ address: BrokerAddress, _ eventLoop: any EventLoop, _ settings: ConnectionSettings, _ timeout: Duration,
        _ drivers: Drivers
    ) async throws -> any Channel {
        let ipv4 = try SocketAddress(ipAddress: "127.0.0.1", port: address.port)
        do {
            return try await bootstrap(address, eventLoop, settings, timeout, drivers).connect(to: ipv4).get()
        } catch let first {
            let ipv6 = try SocketAddress(ipAddress: "::1", port: address.port)
            do {
                return try await bootstrap(address, eventLoop, settings, timeout, drivers).connect(to: ipv6).get()
            } catch {
                // The error of the usual address says more.
                throw first
            }
        }
    }

    private static func bootstrap(
        _ address: BrokerAddress, _ eventLoop: any EventLoop, _ settings: ConnectionSettings, _ timeout: Duration,
        _ drivers: Drivers
    ) -> ClientBootstrap {
        var bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout.timeAmount)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Large answers come in few reads.
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16_384, maximum: 1 << 20)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try settings.security?.addHandlers(to: channel.pipeline.syncOperations, host: address.host)
                    let driver = ConnectionDriver(
                        address: address, maxResponseBytes: settings.maxResponseBytes, troubles: settings.troubles,
                        debug: settings.debug)
                    try channel.pipeline.syncOperations.addHandler(driver)
                    drivers.note(driver, of: channel)
                }
            }
        if settings.sendBufferBytes > 0 {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_sndbuf), value: SocketOptionValue(settings.sendBufferBytes))
        }
        if settings.receiveBufferBytes > 0 {
            bootstrap = bootstrap.channelOption(
                .socketOption(.so_rcvbuf), value: SocketOptionValue(settings.receiveBufferBytes))
        }
        return bootstrap
    }
}

/// The drivers of the channels that are being opened, of which one becomes the connection.
private final class Drivers: Sendable {
    private struct Made {
        let channel: ObjectIdentifier
        let driver: (NIOLoopBound<ConnectionDriver>, ConnectionDriver.Gate)
    }

    /// One for each address of a host.
    private let made = Mutex<[Made]>([])

    func note(_ driver: ConnectionDriver, of channel: any Channel) {
        let bound = (NIOLoopBound(driver, eventLoop: channel.eventLoop), driver.gate)
        made.withLock { $0.append(Made(channel: ObjectIdentifier(channel), driver: bound)) }
    }

    func of(_ channel: any Channel) -> (NIOLoopBound<ConnectionDriver>, ConnectionDriver.Gate)? {
        made.withLock { made in made.last { $0.channel == ObjectIdentifier(channel) }?.driver }
    }
}
