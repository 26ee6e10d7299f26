// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import NIOCore
import Synchronization

/// The login of a connection, as the connection and the handlers of SASL share it.
final class ConnectionLogin: Sendable {
    let failureDelayMs: Int64
    private let authentication: Mutex<Authentication>
    private let now: @Sendable () -> Authentication.Moment
    private let report: @Sendable (_ reason: String, _ clientID: String?) -> Void

    /// - Parameter report: told of each login that fails, and what the client calls itself.
    init(
        _ methods: LoginMethods, now: @escaping @Sendable () -> Authentication.Moment = Authentication.Moment.now,
        report: @escaping @Sendable (_ reason: String, _ clientID: String?) -> Void
    ) {
        failureDelayMs = methods.failureDelayMs
        authentication = Mutex(Authentication(methods))
        self.now = now
        self.report = report
    }

    var identity: SASLIdentity? { authentication.withLock { $0.session?.identity } }
    var isOpen: Bool { authentication.withLock(\.isOpen) }
    var hasFailed: Bool { authentication.withLock(\.hasFailed) }
    var takesRawTokens: Bool { authentication.withLock(\.takesRawTokens) }

    /// Answers at once, or late where the login has failed: whoever guesses has to wait (KIP-306).
    func reply(in context: RequestContext, _ reply: @escaping @Sendable () -> Void) {
        guard hasFailed, failureDelayMs > 0 else { return reply() }
        context.eventLoop.scheduleTask(in: .milliseconds(failureDelayMs), reply)
    }

    /// Why a request closes the connection instead of being served.
    func refusal(of key: APIKey) -> String? {
        let now = now()
        return authentication.withLock { $0.refusal(of: key, at: now) }
    }

    func handshake(
        _ mechanism: String, version: Int16, clientID: String?
    ) -> Authentication.HandshakeAnswer {
        let now = now()
        let answer = authentication.withLock { $0.handshake(mechanism, version: version, at: now) }
        if let reason = answer.reason { report(reason, clientID) }
        return answer
    }

    func authenticate(_ token: [UInt8], clientID: String?) -> Authentication.TokenAnswer {
        let now = now()
        let answer = authentication.withLock { $0.authenticate(token, at: now) }
        if case .failed(_, _, let log) = answer, !log.isEmpty { report(log, clientID) }
        return answer
    }
}
