// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import NIOCore

/// Encryption and login of a client's connections.
struct SecuredConnections: ConnectionSecurity {
    private let login: SASLLogin?

    /// Nil where neither is asked for.
    init?(_ security: ClientSecurity) {
        if security.securityProtocol == .plaintext { return nil }
        login = security.sasl.map { SASLLogin($0, security.securityProtocol) }
    }

    func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations, host: String) throws {}

    func authenticate(_ connection: Connection, timeout: Duration) async throws(ClientError) {
        try await login?.logIn(connection, timeout: timeout)
    }
}
