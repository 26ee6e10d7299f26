// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
internal import KafkaSecurity
internal import Synchronization

/// Checks a password or a token at once, by the same users and rules as the listeners that have logins; for protocols
/// that send it with each request.
package final class PasswordLogin: Sendable {
    package enum Outcome: Sendable, Equatable {
        case principal(Principal)
        /// With words for the log.
        case refused(String)
    }

    private struct Known {
        var principal: Principal
        /// Of the system's uptime.
        var endsAt: Int64
    }

    /// For how long a password that was right is taken again without being checked: SCRAM takes milliseconds.
    private static let rememberedMs: Int64 = 30_000
    private static let mostRemembered = 1000

    /// `connection.failed.authentication.delay.ms`
    package let failureDelayMs: Int64
    private let methods: [(name: String, makeServer: @Sendable () -> any SASLServer)]
    private let queue: BackgroundQueue
    private let uptime: @Sendable () -> Int64
    private let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    /// By a digest that is worth nothing elsewhere.
    private let remembered = Mutex<[[UInt8]: Known]>([:])

    /// - Parameter listeners: what each has; of several with the same mechanism, the first one's counts.
    init?(_ listeners: [LoginMethods], queue: BackgroundQueue, uptime: @escaping @Sendable () -> Int64) {
        guard !listeners.isEmpty else { return nil }
        var methods: [(name: String, makeServer: @Sendable () -> any SASLServer)] = []
        for listener in listeners {
            for name in listener.mechanisms where !methods.contains(where: { $0.name == name }) {
                if let method = listener.methods[name] { methods.append((name, method.makeServer)) }
            }
        }
        self.methods = methods
        self.queue = queue
        self.uptime = uptime
        failureDelayMs = listeners.map(\.failureDelayMs).max() ?? 0
    }

    /// Ends its thread; what is asked from then on is refused by an error.
    package func stop() async { try? await queue.stop() }

    package var takesPasswords: Bool { methods.contains { $0.name == "PLAIN" || $0.name.hasPrefix("SCRAM-") } }
    package var takesTokens: Bool { methods.contains { $0.name == "OAUTHBEARER" } }

    package func check(user: String, password: String) async throws -> Outcome {
        let key = SHA2.sha256.authenticationCode(Array(user.utf8) + [0] + Array(password.utf8), key: secret)
        let now = uptime()
        if let known = remembered.withLock({ $0[key] }), known.endsAt > now { return .principal(known.principal) }
        let outcome = try await queue.run { [methods] in Self.check(user, password, methods) }
        if case .principal(let principal) = outcome {
            remembered.withLock { remembered in
                if remembered.count >= Self.mostRemembered { remembered = [:] }
                remembered[key] = Known(principal: principal, endsAt: now.addingSaturating(Self.rememberedMs))
            }
        }
        return outcome
    }

    private static func check(
        _ user: String, _ password: String, _ methods: [(name: String, makeServer: @Sendable () -> any SASLServer)]
    ) -> Outcome {
        var reason = "no mechanism takes passwords"
        for (name, makeServer) in methods {
            var server = makeServer()
            let last: SASLServerStep
            if name == "PLAIN" {
                last = server.receive([0] + Array(user.utf8) + [0] + Array(password.utf8))
            } else if let mechanism = ScramMechanism(name: name) {
                guard let step = exchange(ScramClient(mechanism, user: user, password: password), &server) else {
                    continue
                }
                last = step
            } else {
                continue
            }
            switch last {
            case .done(let identity, _): return .principal(identity.principal)
            case .refused(let refusal): reason = "\(name), user '\(user.printable)': \(refusal.reason)"
            case .challenge: reason = "\(name) asks for more than a password"
            }
        }
        return .refused(reason)
    }

    /// Both halves of SCRAM, one after the other.
    private static func exchange(_ client: ScramClient, _ server: inout any SASLServer) -> SASLServerStep? {
        var client = client
        guard let hello = try? client.begin() else { return nil }
        let step = server.receive(hello)
        guard case .challenge(let challenge) = step else { return step }
        guard let proof = try? client.answer(challenge) else { return nil }
        return server.receive(proof)
    }

    /// - Parameter token: without white space or control characters.
    package func check(token: String) async throws -> Outcome {
        guard let method = methods.first(where: { $0.name == "OAUTHBEARER" }) else {
            return .refused("no mechanism takes tokens")
        }
        return try await queue.run {
            var server = method.makeServer()
            switch server.receive(Array("n,,\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8)) {
            case .done(let identity, _): return .principal(identity.principal)
            case .refused(let refusal): return .refused("OAUTHBEARER: \(refusal.reason)")
            case .challenge:
                // What was wrong is said when the client has heard of it.
                guard case .refused(let refusal) = server.receive([1]) else { return .refused("OAUTHBEARER") }
                return .refused("OAUTHBEARER: \(refusal.reason)")
            }
        }
    }
}
