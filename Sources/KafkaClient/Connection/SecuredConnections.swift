// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import NIOCore

/// Encryption and login of a client's connections.
struct SecuredConnections: ConnectionSecurity {
    private let tls: TLSContext?
    private let login: SASLLogin?

    /// Nil where neither is asked for.
    /// - Throws: `.configuration` for key material that can't be used.
    init?(_ security: ClientSecurity) throws(ClientError) {
        if security.securityProtocol == .plaintext { return nil }
        do throws(SecurityError) {
            tls = try security.tls.map { (settings) throws(SecurityError) in try TLSContext(settings) }
        } catch {
            throw ClientError(.configuration, error.message)
        }
        login = security.sasl.map { SASLLogin($0, security.securityProtocol) }
    }

    func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations, host: String) throws {
        if let tls { try pipeline.addHandlers(try tls.clientHandlers(host: host)) }
    }

    func authenticate(_ connection: Connection, timeout: Duration) async throws(ClientError) {
        try await login?.logIn(connection, timeout: timeout)
    }
}
