// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaSecurity
import NIOCore

/// The login of one connection: what may be asked before it is complete, what is answered, and how long it holds (KIP-43,
/// KIP-152, KIP-368). It has no socket and no clock.
struct Authentication: Sendable {
    /// A moment on both clocks.
    struct Moment: Sendable {
        /// Milliseconds since 1970, for what ends at a time of day.
        var wall: Int64
        /// Milliseconds since the system started, for what lasts.
        var uptime: Int64

        static func now() -> Moment { Moment(wall: WallClock.milliseconds(), uptime: UptimeClock.milliseconds()) }
    }

    struct Session: Sendable, Equatable {
        var mechanism: String
        var identity: SASLIdentity
        /// Of the system's uptime; nil if it doesn't end.
        var endsAt: Int64?
    }

    private struct Exchange: Sendable {
        var mechanism: String
        var method: LoginMethods.Method
        var server: any SASLServer
        /// Tokens come without a request around them, as before Kafka 1.0.
        var isRaw: Bool
        /// What goes on while the client logs in again.
        var before: Session?
    }

    private enum State: Sendable {
        case greeting(hasVersions: Bool)
        case exchange(Exchange)
        case open(Session)
        case failed
    }

    /// A client may log in again at most once in this time.
    private static let shortestPauseMs: Int64 = 1000

    private let methods: LoginMethods
    private var state = State.greeting(hasVersions: false)
    private var lastRepetition: Int64?

    init(_ methods: LoginMethods) { self.methods = methods }

    // MARK: What it is in

    /// Who has logged in; of a client that does so again, as before.
    var session: Session? {
        switch state {
        case .open(let session): session
        case .exchange(let exchange): exchange.before
        case .greeting, .failed: nil
        }
    }

    var isOpen: Bool { if case .open = state { true } else { false } }
    var hasFailed: Bool { if case .failed = state { true } else { false } }
    var takesRawTokens: Bool { if case .exchange(let exchange) = state { exchange.isRaw } else { false } }

    // MARK: Requests

    /// A request has come, whose version is served.
    /// - Returns: why the connection is to be closed instead of serving it.
    mutating func refusal(of key: APIKey, at now: Moment) -> String? {
        switch state {
        case .greeting(let hasVersions):
            switch key {
            case .apiVersions where !hasVersions: state = .greeting(hasVersions: true)
            case .saslHandshake: break
            default:
                return "it sent \(key) before it logged in; perhaps security.protocol of the client is wrong"
            }
            return nil
        case .exchange:
            return key == .saslAuthenticate || key == .saslHandshake ? nil : "it sent \(key) in the middle of its login"
        case .open(let session):
            guard key == .saslHandshake || (session.endsAt.map { now.uptime < $0 } ?? true) else {
                return "its session has ended, and it did not log in again"
            }
            return nil
        case .failed: return "it goes on after its login failed"
        }
    }

    struct HandshakeAnswer: Sendable, Equatable {
        var errorCode = ErrorCode.none
        var mechanisms: [String]
        /// For the log, where the login has failed.
        var reason: String?
    }

    /// SaslHandshake.
    mutating func handshake(_ mechanism: String, version: Int16, at now: Moment) -> HandshakeAnswer {
        var before: Session?
        switch state {
        case .greeting: break
        case .open(let session):
            // A client that is too quick is told what one is told that may not log in at all.
            if let last = lastRepetition, now.uptime - last < Self.shortestPauseMs {
                return HandshakeAnswer(errorCode: .illegalSaslState, mechanisms: [])
            }
            lastRepetition = now.uptime
            before = session
        case .exchange, .failed:
            state = .failed
            return HandshakeAnswer(
                errorCode: .illegalSaslState, mechanisms: [], reason: "it began its login again before that was over")
        }
        guard let method = methods.methods[mechanism] else {
            state = .failed
            return HandshakeAnswer(
                errorCode: .unsupportedSaslMechanism, mechanisms: methods.mechanisms,
                reason: "the mechanism '\(mechanism.printable)' is none of sasl.enabled.mechanisms")
        }
        state = .exchange(
            Exchange(
                mechanism: mechanism, method: method, server: method.makeServer(), isRaw: version == 0, before: before))
        return HandshakeAnswer(mechanisms: methods.mechanisms)
    }

    /// What is answered to a token.
    enum TokenAnswer: Sendable, Equatable {
        case token([UInt8], lifetimeMs: Int64)
        /// With words for the client, and for the log.
        case failed(ErrorCode, String, log: String)
    }

    /// SaslAuthenticate, or a raw token.
    mutating func authenticate(_ token: [UInt8], at now: Moment) -> TokenAnswer {
        guard case .exchange(var exchange) = state else {
            guard case .open = state else {
                state = .failed
                return .failed(.illegalSaslState, "SaslAuthenticate request without SaslHandshake", log: "no handshake")
            }
            return .failed(
                .illegalSaslState, "SaslAuthenticate request received after successful authentication", log: "")
        }
        switch exchange.server.receive(token) {
        case .challenge(let answer):
            state = .exchange(exchange)
            return .token(answer, lifetimeMs: 0)
        case .refused(let refusal):
            state = .failed
            let user = refusal.user.map { ", user '\($0.printable)'" } ?? ""
            return .failed(
                .saslAuthenticationFailed, refusal.answer ?? Self.generalWords(exchange),
                log: "\(exchange.mechanism)\(user): \(refusal.reason)")
        case .done(let identity, let answer):
            if let before = exchange.before, let change = Self.change(before, exchange, identity) {
                state = .failed
                return .failed(.saslAuthenticationFailed, change, log: "\(exchange.mechanism): \(change)")
            }
            let lifetime = Self.lifetimeMs(
                expiresAt: identity.expiresAt, maxReauthMs: exchange.method.maxReauthMs, now: now.wall)
            state = .open(
                Session(
                    mechanism: exchange.mechanism, identity: identity,
                    endsAt: lifetime > 0 ? now.uptime.addingSaturating(lifetime) : nil))
            return .token(answer, lifetimeMs: lifetime)
        }
    }

    private static func generalWords(_ exchange: Exchange) -> String {
        "Authentication failed during \(exchange.before == nil ? "authentication" : "re-authentication") "
            + "due to invalid credentials with SASL mechanism \(exchange.mechanism)"
    }

    private static func change(_ before: Session, _ exchange: Exchange, _ identity: SASLIdentity) -> String? {
        if before.mechanism != exchange.mechanism {
            return
                "SASL mechanism '\(exchange.mechanism)' requested by client is not supported for re-authentication of "
                + "mechanism '\(before.mechanism)'"
        }
        let (old, new) = (before.identity.principal, identity.principal)
        guard old != new || before.identity.isToken != identity.isToken else { return nil }
        return "Cannot change principals during re-authentication from "
            + "\(old.type).\(old.name.printable): \(new.type).\(new.name.printable)"
    }

    /// How long a session lasts: to the end of what the client logged in with, and no longer than the broker lets it.
    static func lifetimeMs(expiresAt: Int64?, maxReauthMs: Int64, now: Int64) -> Int64 {
        guard let expiresAt else { return max(maxReauthMs, 0) }
        let rest = max(expiresAt.subtractingSaturating(now), 1)
        return maxReauthMs > 0 ? min(rest, maxReauthMs) : rest
    }
}
