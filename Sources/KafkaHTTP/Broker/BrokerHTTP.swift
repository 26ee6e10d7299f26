// SPDX-License-Identifier: Apache-2.0

package import KafkaBroker
internal import KafkaProtocol
package import Logging

/// The broker's HTTP, on the addresses of `http.listeners`: its health, what it counts, and what is added.
package final class BrokerHTTP: Sendable {
    /// Where it is reached, as `http://127.0.0.1:8080`.
    package let addresses: [String]
    private let server: HTTPServer
    private let login: PasswordLogin?

    private init(_ server: HTTPServer, _ login: PasswordLogin?, _ addresses: [String]) {
        self.server = server
        self.login = login
        self.addresses = addresses
    }

    /// - Parameter pages: adds routes; they ask the broker with `Broker.call`, as the request's principal.
    /// - Returns: nil where `http.listeners` is empty: nothing is loaded or started then.
    /// - Throws: `BrokerError` for an address that can't be listened on; nothing is listened on then.
    package static func start(
        _ broker: Broker, logger: Logger, adding pages: (inout HTTPRouter) -> Void = { _ in }
    ) async throws(BrokerError) -> BrokerHTTP? {
        let configuration = broker.configuration
        guard !configuration.httpListeners.isEmpty else { return nil }
        var router = HTTPRouter()
        HealthPages(broker: broker).add(to: &router)
        MetricsPage(broker).add(to: &router)
        pages(&router)
        let login = broker.passwordLogin()
        let server = HTTPServer(
            group: broker.eventLoops, router: router, login: login.map { BrokerLogin($0, logger) }, logger: logger)
        var addresses: [String] = []
        do throws(BrokerError) {
            for listener in configuration.httpListeners {
                var served = HTTPServer.Listener(
                    host: listener.host, port: UInt16(clamping: listener.port),
                    encryption: broker.encryption(of: listener))
                served.allowedHosts = configuration.list("http.allowed.hosts")
                addresses.append(try await server.listen(served))
                if login != nil, served.encryption == nil, !HostRule.isLoopback(listener.host) {
                    logger.warning(
                        "passwords are sent over \(addresses[addresses.count - 1]) as they are: https:// would encrypt them"
                    )
                }
            }
        } catch {
            await server.stop()
            await login?.stop()
            throw error
        }
        for address in addresses { logger.info("HTTP is served on \(address)") }
        return BrokerHTTP(server, login, addresses)
    }

    /// To be called before the broker is stopped.
    package func stop() async {
        await server.stop()
        await login?.stop()
    }
}
