// SPDX-License-Identifier: Apache-2.0

public import KafkaSecurity
import NIOCore
import NIOPosix

extension ClientConfiguration {
    /// Goes through a TLS handshake with a listener, whatever its certificates are, and says what it showed.
    /// - Throws: `.configuration` if TLS isn't configured or its key material can't be used; `.connection` if nobody can
    ///   be reached.
    public func inspectTLS(_ address: BrokerAddress, timeout: Duration) async throws(ClientError) -> TLSReport {
        let context: TLSContext
        do throws(SecurityError) {
            var properties = securityProperties
            properties["security.protocol"] = "SSL"
            guard let settings = try ClientSecurity(properties).tls else {
                throw SecurityError("TLS is not configured")
            }
            context = try TLSContext(settings)
        } catch {
            throw ClientError(.configuration, error.message)
        }
        let loop = (eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton).next()
        let report = loop.makePromise(of: TLSReport.self)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(timeout.timeAmount)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        try context.reportingHandlers(host: address.host, report))
                }
            }
        do {
            let channel = try await bootstrap.connect(host: address.host, port: address.port).get()
            let timer = loop.scheduleTask(in: timeout.timeAmount) { channel.close(promise: nil) }
            defer { timer.cancel() }
            return try await report.futureResult.get()
        } catch {
            report.fail(error)
            throw ConnectFailure.describe(error, address, timeout)
        }
    }
}
