// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol
internal import KafkaSecurity
internal import NIOCore
internal import Synchronization

/// Where logins by SCRAM find users and delegation tokens: in the metadata, once that is there.
final class UserDirectory: Sendable {
    private struct State {
        var store: MetadataStore?
        /// Credentials of tokens, which take milliseconds to make.
        var tokens: [TokenKey: ScramCredential] = [:]
    }

    private struct TokenKey: Hashable {
        var id: String
        var mechanism: ScramMechanism
        var hmac: String
    }

    private static let mostTokens = 1000

    /// For the salts of users that aren't there.
    let secret: [UInt8]
    private let now: @Sendable () -> Int64
    private let state = Mutex(State())

    /// - Parameter now: milliseconds since 1970.
    init(now: @escaping @Sendable () -> Int64) {
        var random = SystemRandomNumberGenerator()
        secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        self.now = now
    }

    func open(_ store: MetadataStore) { state.withLock { $0.store = store } }

    func find(_ mechanism: ScramMechanism, _ name: String, isToken: Bool) -> ScramServer.Found? {
        guard let store = state.withLock(\.store) else { return nil }
        if isToken { return token(mechanism, name, store) }
        guard let record = store.image.scramCredentials[ScramUser(name: name, mechanism: mechanism.rawValue)] else {
            return nil
        }
        let credential = ScramCredential(
            salt: Array(record.salt.readableBytesView), storedKey: Array(record.storedKey.readableBytesView),
            serverKey: Array(record.serverKey.readableBytesView), iterations: Int(record.iterations))
        return ScramServer.Found(credential, SASLIdentity(Principal(name: name)))
    }

    /// The token's HMAC in base64 is its password; what is stored for a user is derived from it here.
    private func token(_ mechanism: ScramMechanism, _ id: String, _ store: MetadataStore) -> ScramServer.Found? {
        guard let token = store.tokenCredential(tokenID: id, now: now()) else { return nil }
        let identity = SASLIdentity(token.owner, isToken: true, expiresAt: token.expiryTimestamp)
        let key = TokenKey(id: id, mechanism: mechanism, hmac: token.hmac)
        if let known = state.withLock({ $0.tokens[key] }) { return ScramServer.Found(known, identity) }
        let salt = mechanism.hash.authenticationCode("token:\(id)".utf8, key: secret)
        guard let made = try? ScramCredential(mechanism, password: token.hmac, salt: salt) else { return nil }
        state.withLock { state in
            if state.tokens.count >= Self.mostTokens { state.tokens = [:] }
            state.tokens[key] = made
        }
        return ScramServer.Found(made, identity)
    }
}
