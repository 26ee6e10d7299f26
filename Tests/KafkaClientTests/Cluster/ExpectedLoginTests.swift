// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Synchronization
import Testing

@testable import KafkaClient

@Suite("A listener that wants a login")
struct ExpectedLoginTests {
    /// Tells which versions it has, hangs up at Metadata so many times, and answers SaslHandshake with this.
    private func server(
        _ code: ErrorCode, _ mechanisms: [String] = [], hangingUp times: Int = .max
    ) async throws -> ScriptedServer {
        let left = Mutex(times)
        return try await ScriptedServer.start(
            serving: [MetadataRequest.self, SaslHandshakeRequest.self, SaslAuthenticateRequest.self]
        ) { request in
            if request.apiKey == .saslHandshake {
                return [request.reply(SaslHandshakeResponse { ($0.errorCode, $0.mechanisms) = (code, mechanisms) })]
            }
            let hangsUp = left.withLock { left in
                left -= 1
                return left >= 0
            }
            return hangsUp ? [.close] : [request.reply(MetadataResponse())]
        }
    }

    private func failure(
        _ server: ScriptedServer, _ properties: [(name: String, value: String)] = []
    ) async throws -> ClientError? {
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        #expect(try configuration.apply(properties) == [])
        configuration.firstConnectTimeout = .seconds(60)
        return await #expect(throws: ClientError.self) { try await Cluster.connect(configuration) }
    }

    @Test("is named at once to a client without one, with the logins that it offers")
    func named() async throws {
        for code in [ErrorCode.none, .unsupportedSaslMechanism] {
            let server = try await server(code, ["PLAIN", "SCRAM-SHA-256"])
            let error = try await failure(server)
            #expect(error?.kind == .authentication)
            #expect(
                error?.message == "the listener at \(server.address) expects a login (PLAIN, SCRAM-SHA-256); set "
                    + "security.protocol=SASL_PLAINTEXT and sasl.mechanism")
            // The first, and the one that asked for a login.
            #expect(server.connections == 2)
            await server.stop()
        }
    }

    @Test("is not what hangs up although it has no logins: that may pass")
    func other() async throws {
        let server = try await server(.illegalSaslState, hangingUp: 3)
        var configuration = try ClientConfiguration(bootstrapServers: "\(server.address)")
        configuration.firstConnectTimeout = .seconds(60)
        let cluster = try await Cluster.connect(configuration)
        #expect(server.connections > 2)
        await cluster.close()
        await server.stop()
    }

    @Test("and takes tokens without SaslAuthenticate is too old, whatever the security protocol")
    func old() async throws {
        let versions = ApiVersionsResponse {
            $0.apiKeys = [(APIKey.apiVersions, Int16(4)), (.metadata, 4), (.saslHandshake, 0)].map { key, last in
                .init { ($0.apiKey, $0.maxVersion) = (key.rawValue, last) }
            }
        }
        let server = try await ScriptedServer.start { request in
            request.apiKey == .apiVersions ? [request.reply(versions)] : [.close]
        }
        let error = try await failure(
            server,
            [
                ("security.protocol", "SASL_PLAINTEXT"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "u"),
                ("sasl.password", "p"),
            ])
        #expect(error?.kind == .unsupported(.saslAuthenticate))
        #expect(error?.message.contains("as Kafka did before 1.0") == true)
        await server.stop()
    }
}
