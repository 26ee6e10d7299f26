// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity

extension Cluster {
    /// A listener that wants a login tells everybody which versions it has, and hangs up at the next request. So does a
    /// broker that is just going down: whether trying again helps is known by asking for a login.
    /// - Parameter body: sends a request on the connection.
    func explainingEnd<Result>(
        of connection: Connection, _ body: () async throws(ClientError) -> Result
    ) async throws(ClientError) -> Result {
        do throws(ClientError) {
            return try await body()
        } catch {
            guard error == .closedByPeer(connection.address, hasAnswered: true, hasServed: false),
                let mechanisms = await loginsOffered(at: connection.address)
            else { throw error }
            let offered = mechanisms.isEmpty ? "" : " (\(mechanisms.map(\.printable).joined(separator: ", ")))"
            let wanted: SecurityProtocol = configuration.securityProtocol == .ssl ? .saslSSL : .saslPlaintext
            throw ClientError(
                .authentication,
                "the listener at \(connection.address) expects a login\(offered); set "
                    + "security.protocol=\(wanted.name) and sasl.mechanism")
        }
    }

    /// The mechanisms of a listener that has logins; nil if it has none, or can't be asked.
    private func loginsOffered(at address: BrokerAddress) async -> [String]? {
        let timeout = min(configuration.connectTimeout, .seconds(2))
        do throws(ClientError) {
            let connection = try await Connection.open(
                to: address, on: eventLoop, settings: settings, timeout: timeout)
            defer { connection.close() }
            let answer = try await connection.send(
                SaslHandshakeRequest { $0.mechanism = "PLAIN" }, timeout: timeout)
            return answer.errorCode == .none || answer.errorCode == .unsupportedSaslMechanism ? answer.mechanisms : nil
        } catch {
            return nil
        }
    }
}
