// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol
internal import KafkaSecurity
internal import KafkaText

/// What a login by delegation token is checked with (KIP-48): SCRAM with `tokenauth=true`, where the token's id stands for
/// the user's name and the HMAC, in base64, for the password.
struct DelegationTokenCredential: Sendable, Equatable {
    /// Whom the login makes of the client.
    var owner: Principal
    /// The password.
    var hmac: String
    /// Milliseconds since 1970; the session must not live longer.
    var expiryTimestamp: Int64

    /// The bytes that prove a token: HMAC-SHA-512 of its id with `delegation.token.secret.key`.
    static func hmac(tokenID: String, secret: String) -> [UInt8] {
        SHA2.sha512.authenticationCode(tokenID.utf8, key: Array(secret.utf8))
    }
}

extension MetadataStore {
    /// The credential of a token; nil for one that isn't there or has expired, and where there are no tokens.
    /// - Parameter now: milliseconds since 1970.
    func tokenCredential(tokenID: String, now: Int64) -> DelegationTokenCredential? {
        guard let secret = configuration.delegationTokenSecret, let token = image.delegationTokens[tokenID],
            !token.isExpired(now: now), let owner = Principal(token.owner)
        else { return nil }
        let hmac = DelegationTokenCredential.hmac(tokenID: tokenID, secret: secret)
        return DelegationTokenCredential(
            owner: owner, hmac: Base64.encode(hmac), expiryTimestamp: token.expirationTimestamp)
    }
}
