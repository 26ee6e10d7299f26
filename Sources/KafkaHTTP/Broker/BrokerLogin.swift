// SPDX-License-Identifier: Apache-2.0

internal import KafkaBroker
internal import KafkaProtocol
internal import Logging

/// Logins over HTTP by the users of the broker's listeners: HTTP Basic for those of PLAIN and SCRAM, a bearer token where
/// OAUTHBEARER would take it.
struct BrokerLogin: HTTPLogin {
    private let login: PasswordLogin
    private let warnings: RepeatedWarnings

    init(_ login: PasswordLogin, _ logger: Logger) {
        self.login = login
        warnings = RepeatedWarnings(logger)
    }

    var challenges: [String] {
        (login.takesPasswords ? [#"Basic realm="kafka", charset="UTF-8""#] : [])
            + (login.takesTokens ? [#"Bearer realm="kafka""#] : [])
    }

    func check(_ credentials: HTTPCredentials, from host: String) async -> HTTPLoginOutcome {
        let outcome: PasswordLogin.Outcome
        do {
            switch credentials {
            case .basic(let user, let password): outcome = try await login.check(user: user, password: password)
            case .bearer(let token): outcome = try await login.check(token: token)
            }
        } catch {
            outcome = .refused("the broker is stopping")
        }
        switch outcome {
        case .principal(let principal): return .principal(principal)
        case .refused(let reason):
            warnings.log(.warning, "failed logins over HTTP", "failed login of /\(host) over HTTP: \(reason)")
            return .refused(delayMs: login.failureDelayMs)
        }
    }
}
