// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol
internal import KafkaSecurity

/// Finds tokens by their HMACs, which the log doesn't have. It is kept by digests of them, so that how long a search takes
/// tells nothing of any HMAC.
struct DelegationTokenIndex {
    private var secret: String?
    private var digests: [String: [UInt8]] = [:]
    private var ids: [[UInt8]: String] = [:]

    /// The token that an HMAC proves.
    mutating func token(
        hmac: [UInt8], secret: String, in tokens: TreeDictionary<String, DelegationTokenRecord>
    ) -> DelegationTokenRecord? {
        update(secret, tokens)
        return ids[SHA2.sha256.digest(hmac)].flatMap { tokens[$0] }
    }

    private mutating func update(_ secret: String, _ tokens: TreeDictionary<String, DelegationTokenRecord>) {
        if secret != self.secret { self = Self(secret: secret) }
        if digests.contains(where: { tokens[$0.key] == nil }) {
            digests = digests.filter { tokens[$0.key] != nil }
            ids = ids.filter { tokens[$0.value] != nil }
        }
        for id in tokens.keys where digests[id] == nil {
            let digest = SHA2.sha256.digest(DelegationTokenCredential.hmac(tokenID: id, secret: secret))
            digests[id] = digest
            ids[digest] = id
        }
    }

    init() {}

    private init(secret: String) { self.secret = secret }
}

extension DelegationTokenRecord {
    func isExpired(now: Int64) -> Bool { maxTimestamp < now || expirationTimestamp < now }

    /// Who may renew and end the token, and sees it.
    func belongs(to principal: Principal) -> Bool {
        owner == principal.description || renewers.contains(principal.description)
    }
}
