// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import NIOCore
import NIOPosix

/// Logs connections in (KIP-43, KIP-152), and again before their sessions end (KIP-368).
struct SASLLogin: Sendable {
    private let settings: SASLSettings
    private let securityProtocol: SecurityProtocol
    private let tokens: TokenSource?

    init(_ settings: SASLSettings, _ securityProtocol: SecurityProtocol) {
        self.settings = settings
        self.securityProtocol = securityProtocol
        tokens = if case .oauthBearer(let settings) = settings.login { TokenSource(settings) } else { nil }
    }

    func logIn(_ connection: Connection, timeout: Duration) async throws(ClientError) {
        let client = try await makeClient(connection, timeout)
        let lifetime = try await exchange(client, connection, timeout)
        logInAgain(connection, lifetime)
    }

    /// Which share of a session's life passes before the login is renewed.
    private static let renewal = 0.85...0.95

    private func logInAgain(_ connection: Connection, _ lifetimeMs: Int64) {
        guard lifetimeMs > 0 else { return }
        let delay = Double(lifetimeMs) * .random(in: Self.renewal)
        connection.schedule(in: .milliseconds(Int64(min(delay, 1e15)))) { (connection) throws(ClientError) in
            let client = try await makeClient(connection, nil)
            connection.hold()
            let lifetime = try await exchange(client, connection, nil)
            connection.release()
            logInAgain(connection, lifetime)
        }
    }

    private func makeClient(
        _ connection: Connection, _ timeout: Duration?
    ) async throws(ClientError) -> any SASLClient {
        let address = connection.address
        if case .oauthBearer(let settings) = settings.login, let tokens {
            let token = try await token(of: tokens, connection, timeout)
            return OAuthBearerClient(token: token.value, extensions: settings.extensions)
        }
        do throws(SecurityError) {
            switch settings.login {
            case .plain(let user, let password): return PlainClient(user: user, password: password)
            case .scram(let mechanism, let user, let password, let extensions):
                return ScramClient(mechanism, user: user, password: password, extensions: extensions)
            case .awsMSKIAM(let profile):
                let environment = ProcessEnvironment.forLogin
                return try MSKClient(
                    host: address.host, region: environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"],
                    credentials: try AWSCredentials.find(profile: profile, environment: environment),
                    now: WallClock.milliseconds())
            case .gssapi(let settings): return try GSSAPIClient(settings, host: address.host)
            case .oauthBearer: throw SecurityError("there is no source of tokens")
            }
        } catch {
            throw ClientError(.authentication, "can't log in to \(address): \(error.message)")
        }
    }

    /// Who issues tokens may take longer than a connection may.
    private func token(
        of tokens: TokenSource, _ connection: Connection, _ timeout: Duration?
    ) async throws(ClientError) -> OAuthToken {
        let once = OnceContinuation<OAuthToken>()
        let address = connection.address
        let limit = timeout.map { timeout in
            connection.eventLoop.scheduleTask(in: timeout.timeAmount) {
                once.resume(
                    .failure(
                        ClientError(
                            .connection, "can't log in to \(address): there was no token within \(timeout.inWords)")))
            }
        }
        defer { limit?.cancel() }
        Task {
            do throws(TokenFailure) { once.resume(.success(try await tokens.token())) } catch {
                once.resume(
                    .failure(
                        ClientError(
                            error.mayPass ? .connection : .authentication,
                            "can't log in to \(address): \(error.message)")))
            }
        }
        return try await withCheckedContinuation { once.set($0) }.get()
    }

    // MARK: The exchange

    /// - Returns: for how many milliseconds the session lasts; 0 for ever.
    private func exchange(
        _ client: any SASLClient, _ connection: Connection, _ timeout: Duration?
    ) async throws(ClientError) -> Int64 {
        try await handshake(connection, timeout)
        var client = client
        var message = try step(connection) { () throws(SecurityError) in try client.begin() }
        while true {
            let answer = try await connection.send(
                SaslAuthenticateRequest { $0.authBytes = ByteBuffer(bytes: message) }, timeout: timeout)
            guard answer.errorCode == .none else { throw refused(connection, answer) }
            let challenge = Array(answer.authBytes.readableBytesView)
            guard let next = try step(connection, { () throws(SecurityError) in try client.answer(challenge) }) else {
                return answer.sessionLifetimeMs
            }
            message = next
        }
    }

    private func step<Result>(
        _ connection: Connection, _ body: () throws(SecurityError) -> Result
    ) throws(ClientError) -> Result {
        do throws(SecurityError) { return try body() } catch {
            throw ClientError(.authentication, "can't log in to \(connection.address): \(error.message)")
        }
    }

    private func handshake(_ connection: Connection, _ timeout: Duration?) async throws(ClientError) {
        let versions = connection.versions
        guard versions.highestCommon(.saslHandshake, SaslHandshakeRequest.versions) != nil else {
            throw ClientError(
                .authentication,
                "broker \(connection.address) has no login by SASL; set security.protocol=\(protocolWithoutLogin)")
        }
        // Before version 1 tokens travel without a request around them.
        guard versions.highestCommon(.saslHandshake, 1...1) != nil,
            versions.highestCommon(.saslAuthenticate, SaslAuthenticateRequest.versions) != nil
        else {
            throw ClientError(
                .unsupported(.saslAuthenticate),
                "broker \(connection.address) logs in as Kafka did before 1.0 (without SaslAuthenticate); a broker of Kafka "
                    + "2.1 or later is needed")
        }
        let answer = try await connection.send(
            SaslHandshakeRequest { $0.mechanism = settings.mechanism }, versions: 1...1, timeout: timeout)
        switch answer.errorCode {
        case .none: return
        case .unsupportedSaslMechanism:
            let offered = answer.mechanisms.map(\.printable).joined(separator: ", ")
            throw ClientError(
                .authentication,
                "broker \(connection.address) does not offer the login \(settings.mechanism), but "
                    + "\(offered.isEmpty ? "none" : offered); set sasl.mechanism")
        case .illegalSaslState:
            throw ClientError(
                .authentication,
                "the listener at \(connection.address) takes no login; set security.protocol=\(protocolWithoutLogin)")
        case let code:
            throw ClientError(
                .authentication, "broker \(connection.address) refused to begin the login: \(code.clientMessage)")
        }
    }

    private var protocolWithoutLogin: String {
        (securityProtocol == .saslSSL ? SecurityProtocol.ssl : .plaintext).name
    }

    private func refused(_ connection: Connection, _ answer: SaslAuthenticateResponse) -> ClientError {
        let words =
            answer.errorMessage.flatMap { $0.isEmpty ? nil : VisibleText.of(String($0.prefix(500))) }
            ?? answer.errorCode.clientMessage
        let who = user.map { " of \($0.printable)" } ?? ""
        return ClientError(
            .authentication, "broker \(connection.address) refused the login\(who) by \(settings.mechanism): \(words)")
    }

    private var user: String? {
        switch settings.login {
        case .plain(let user, _): user
        case .scram(_, let user, _, _): user
        case .oauthBearer, .awsMSKIAM, .gssapi: nil
        }
    }
}
