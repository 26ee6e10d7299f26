// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaText

/// The token of a client, got when it is first needed, and again when the time to renew it has come; all connections
/// share it.
package actor TokenSource {
    private let settings: OAuthSettings
    private let now: @Sendable () -> Int64
    private let fetch: @Sendable (OAuthSettings, Int64) async throws(TokenFailure) -> OAuthToken
    private var current: (token: OAuthToken, renewAt: Int64)?
    private var task: Task<Result<OAuthToken, TokenFailure>, Never>?

    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - fetch: gets a token; replaced by tests.
    package init(
        _ settings: OAuthSettings, now: @escaping @Sendable () -> Int64 = WallClock.milliseconds,
        fetch: @escaping @Sendable (OAuthSettings, Int64) async throws(TokenFailure) -> OAuthToken = TokenFetch.run
    ) {
        self.settings = settings
        self.now = now
        self.fetch = fetch
    }

    /// The token; another one than before if its time of renewal has come. One that can't be renewed is used to its end.
    package func token() async throws(TokenFailure) -> OAuthToken {
        let time = now()
        if let current, time < current.renewAt { return current.token }
        let task =
            task
            ?? Task { [settings, fetch] in
                do throws(TokenFailure) { return .success(try await fetch(settings, time)) } catch {
                    return .failure(error)
                }
            }
        self.task = task
        let result = await task.value
        self.task = nil
        switch result {
        case .success(let token):
            // Who says nothing of an end is asked again for the next login.
            let renewAt = token.expiresAt.map {
                settings.refresh.time(start: time, expiry: $0, random: .random(in: 0...1))
            }
            current = (token, renewAt ?? time)
            return token
        case .failure(let error):
            if let current, let end = current.token.expiresAt, end > now() { return current.token }
            throw error
        }
    }
}

/// Why there is no token.
package struct TokenFailure: Error, Sendable, Equatable {
    package var message: String
    /// Whether it may be there later.
    package var mayPass: Bool

    package init(_ message: String, mayPass: Bool = false) {
        self.message = message
        self.mayPass = mayPass
    }
}

/// Gets a token from where the settings say.
package enum TokenFetch {
    private static let attempts = 4

    package static func run(_ settings: OAuthSettings, now: Int64) async throws(TokenFailure) -> OAuthToken {
        do throws(SecurityError) {
            switch settings.source {
            case .unsecured(let options): return try OAuthToken.unsecured(options, now: now)
            case .file(let path):
                let text = try FileText.read(path, for: "sasl.oauthbearer.token.endpoint.url").trimmed
                guard !text.isEmpty else { throw SecurityError("\(path) has no token") }
                return OAuthToken(text, now: now)
            case .command(let command):
                let text = try await ShellCommand.output(
                    command, for: "sasl.oauthbearer.token.command", timeoutMs: max(settings.readTimeoutMs, 1000))
                guard !text.trimmed.isEmpty else {
                    throw SecurityError("sasl.oauthbearer.token.command printed no token")
                }
                return OAuthToken(text.trimmed, now: now)
            case .clientCredentials: break
            }
        } catch {
            throw TokenFailure(error.message)
        }
        var pause = max(settings.retryBackoffMs, 1)
        for _ in 1..<attempts {
            do throws(TokenFailure) { return try await request(settings, now: now) } catch {
                guard error.mayPass else { throw error }
            }
            do { try await Task.sleep(for: .milliseconds(min(pause, settings.retryBackoffMaxMs))) } catch {
                throw TokenFailure("getting a token was cancelled", mayPass: true)
            }
            pause = pause.multipliedSaturating(by: 2)
        }
        return try await request(settings, now: now)
    }

    private static func request(_ settings: OAuthSettings, now: Int64) async throws(TokenFailure) -> OAuthToken {
        guard case .clientCredentials(let endpoint, var id, var secret, let scope, let isURLEncoded) = settings.source
        else { throw TokenFailure("nobody issues tokens") }
        if isURLEncoded { (id, secret) = (PercentCoding.encode(id), PercentCoding.encode(secret)) }
        var request = WebRequest(endpoint)
        request.trustFile = settings.trustFile
        (request.connectTimeoutMs, request.readTimeoutMs) = (settings.connectTimeoutMs, settings.readTimeoutMs)
        request.headers = [
            ("Accept", "application/json"), ("Cache-Control", "no-cache"),
            ("Authorization", "Basic \(Base64.encode("\(id):\(secret)".utf8))"),
        ]
        request.form =
            scope.map { FormText.encode(["grant_type": "client_credentials", "scope": $0]) }
            ?? FormText.encode(["grant_type": "client_credentials"])
        let answer: WebRequest.Answer
        do throws(SecurityError) { answer = try await request.send() } catch {
            throw TokenFailure("can't get a token: \(error.message)", mayPass: true)
        }
        let json = try? JSON.parse(answer.body)
        guard answer.status == 200 else {
            let cause = (json?["error_description"]?.text ?? json?["error"]?.text).map { ": \($0.printable)" } ?? ""
            throw TokenFailure(
                "\(endpoint) issued no token, but answered \(answer.status)\(cause)",
                mayPass: answer.status >= 500 || answer.status == 429)
        }
        guard let json, let token = json["access_token"]?.text ?? json["id_token"]?.text, !token.isEmpty else {
            throw TokenFailure("\(endpoint) answered without access_token")
        }
        return OAuthToken(token, now: now, lifetimeSeconds: json["expires_in"]?.number)
    }
}
