// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaText

/// What a broker asks of a signed token beside its signature.
package struct TokenClaims: Sendable {
    package var subjectClaim = "sub"
    /// One of these is to be among `aud`; empty asks nothing.
    package var audience: [String] = []
    package var issuer: String?
    /// By how much clocks may differ.
    package var clockSkewMs: Int64 = 30_000

    package init() {}

    /// - Parameter now: milliseconds since 1970.
    package func check(_ token: JSONWebToken, now: Int64) -> Result<SASLIdentity, OAuthBearerServer.Refusal> {
        guard let subject = token.claims[subjectClaim]?.text, !subject.trimmed.isEmpty else {
            return .failure(.init("the token has no claim '\(subjectClaim)'"))
        }
        func refuse(_ reason: String) -> Result<SASLIdentity, OAuthBearerServer.Refusal> {
            .failure(.init(reason, user: subject))
        }
        guard let expiry = token.time("exp") else { return refuse("the token has no time of expiry") }
        guard token.time("iat") != nil else { return refuse("the token has no time of issue") }
        let (late, early) = (now.subtractingSaturating(clockSkewMs), now.addingSaturating(clockSkewMs))
        guard expiry > late else { return refuse("the token has expired") }
        if let begin = token.time("nbf"), begin > early { return refuse("the token is not valid yet") }
        if let issuer, token.claims["iss"]?.text != issuer { return refuse("the token is of another issuer") }
        if !audience.isEmpty {
            guard let named = token.texts("aud"), !Set(named).isDisjoint(with: audience) else {
                return refuse("the token is for another audience")
            }
        }
        return .success(SASLIdentity(Principal(name: subject), expiresAt: expiry))
    }
}

/// Tokens that nobody signed, for development (KIP-255).
package struct UnsecuredTokenClaims: Sendable {
    private let principalClaim: String
    private let scopeClaim: String
    private let requiredScope: [String]
    private let clockSkewMs: Int64

    /// - Parameter options: those of a JAAS module: `unsecuredValidatorPrincipalClaimName` and its kin.
    package init(_ options: [String: String]) throws(SecurityError) {
        principalClaim = options["unsecuredValidatorPrincipalClaimName"] ?? "sub"
        scopeClaim = options["unsecuredValidatorScopeClaimName"] ?? "scope"
        requiredScope = (options["unsecuredValidatorRequiredScope"] ?? "").split(separator: " ").map(String.init)
        let skew = options["unsecuredValidatorAllowableClockSkewMs"] ?? "0"
        guard let skew = Int64(skew), skew >= 0 else {
            throw SecurityError("unsecuredValidatorAllowableClockSkewMs is no number of milliseconds")
        }
        clockSkewMs = skew
    }

    package func check(_ text: String, now: Int64) -> Result<SASLIdentity, OAuthBearerServer.Refusal> {
        guard let token = JSONWebToken(text), token.algorithm == "none", token.signature.isEmpty else {
            return .failure(.init("the token is none without a signature, which are those that this listener takes"))
        }
        guard let subject = token.claims[principalClaim]?.text, !subject.trimmed.isEmpty else {
            return .failure(.init("the token has no claim '\(principalClaim)'"))
        }
        func refuse(_ reason: String) -> Result<SASLIdentity, OAuthBearerServer.Refusal> {
            .failure(.init(reason, user: subject))
        }
        guard let expiry = token.time("exp") else { return refuse("the token has no time of expiry") }
        guard expiry > now.subtractingSaturating(clockSkewMs) else { return refuse("the token has expired") }
        for claim in ["iat", "nbf"] where token.claims[claim] != nil {
            guard let time = token.time(claim), time <= now.addingSaturating(clockSkewMs), time < expiry else {
                return refuse("the token is not valid yet, or its '\(claim)' is no time")
            }
        }
        let scope = Set((token.texts(scopeClaim) ?? []).flatMap { $0.split(separator: " ").map(String.init) })
        guard scope.isSuperset(of: requiredScope) else {
            return .failure(
                .init(
                    "the token's scope is not enough", user: subject, scope: requiredScope.joined(separator: " ")))
        }
        return .success(SASLIdentity(Principal(name: subject), expiresAt: expiry))
    }
}
