// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol
internal import NIOCore

// Delegation tokens (KIP-48, KIP-373).
extension Controller {
    /// Tokens that one pass removes at most.
    static let largestExpiration = 1000

    /// What it takes that there are tokens.
    private func tokenSecret() throws(MetadataError) -> String {
        guard let secret = configuration.delegationTokenSecret else {
            throw MetadataError(.delegationTokenAuthDisabled)
        }
        guard versions.hasDelegationTokens else { throw MetadataError(.unsupportedVersion) }
        return secret
    }

    /// Makes a token.
    /// - Parameter lifetimeMs: for how long it can be renewed; 0 and less for as long as may be.
    /// - Returns: the token and its HMAC.
    func createToken(
        owner: Principal, requester: Principal, renewers: [Principal], lifetimeMs: Int64
    ) throws(MetadataError) -> (token: DelegationTokenRecord, hmac: [UInt8]) {
        let secret = try tokenSecret()
        let longest = configuration.int64("delegation.token.max.lifetime.ms")
        let time = time
        let token = DelegationTokenRecord {
            $0.owner = owner.description
            $0.requester = requester.description
            $0.renewers = renewers.map(\.description)
            $0.issueTimestamp = time
            $0.maxTimestamp = time.addingSaturating(lifetimeMs > 0 ? min(longest, lifetimeMs) : longest)
            $0.expirationTimestamp = min(
                $0.maxTimestamp, time.addingSaturating(configuration.int64("delegation.token.expiry.time.ms")))
            $0.tokenID = KafkaUUID.random().description
        }
        try commit([VersionedRecord(token)])
        return (token, DelegationTokenCredential.hmac(tokenID: token.tokenID, secret: secret))
    }

    /// Lets a token live longer.
    /// - Parameter periodMs: from now on; 0 and less for `delegation.token.expiry.time.ms`.
    /// - Returns: when it expires.
    func renewToken(hmac: [UInt8], for principal: Principal, periodMs: Int64) throws(MetadataError) -> Int64 {
        let token = try token(hmac)
        guard !token.isExpired(now: time) else { throw MetadataError(.delegationTokenExpired) }
        guard token.belongs(to: principal) else { throw MetadataError(.delegationTokenOwnerMismatch) }
        let longest = configuration.int64("delegation.token.expiry.time.ms")
        return try setExpiry(of: token, inMs: periodMs > 0 ? min(longest, periodMs) : longest)
    }

    /// Lets a token end earlier.
    /// - Parameter periodMs: from now on; less than 0 for at once.
    /// - Returns: when it expires.
    func expireToken(hmac: [UInt8], for principal: Principal, periodMs: Int64) throws(MetadataError) -> Int64 {
        let token = try token(hmac)
        guard token.belongs(to: principal) else { throw MetadataError(.delegationTokenOwnerMismatch) }
        guard periodMs >= 0 else {
            try commit([VersionedRecord(RemoveDelegationTokenRecord { $0.tokenID = token.tokenID })])
            return time
        }
        guard !token.isExpired(now: time) else { throw MetadataError(.delegationTokenExpired) }
        return try setExpiry(of: token, inMs: periodMs)
    }

    /// Removes tokens that have expired, some at a time.
    func removeExpiredTokens() throws(MetadataError) {
        guard configuration.delegationTokenSecret != nil else { return }
        while true {
            let now = time
            let expired = image.delegationTokens.values.lazy.filter { $0.isExpired(now: now) }
                .prefix(Self.largestExpiration)
                .map { token in VersionedRecord(RemoveDelegationTokenRecord { $0.tokenID = token.tokenID }) }
            let records = Array(expired)
            try commit(records)
            if records.count < Self.largestExpiration { return }
        }
    }

    private func token(_ hmac: [UInt8]) throws(MetadataError) -> DelegationTokenRecord {
        guard let token = tokenIndex.token(hmac: hmac, secret: try tokenSecret(), in: image.delegationTokens) else {
            throw MetadataError(.delegationTokenNotFound)
        }
        return token
    }

    private func setExpiry(of token: DelegationTokenRecord, inMs period: Int64) throws(MetadataError) -> Int64 {
        var token = token
        token.expirationTimestamp = min(token.maxTimestamp, time.addingSaturating(period))
        try commit([VersionedRecord(token)])
        return token.expirationTimestamp
    }
}
