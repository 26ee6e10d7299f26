// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import KafkaText

/// A token to log in with, and when to get the next.
package struct OAuthToken: Sendable, Equatable {
    package var value: String
    /// Milliseconds since 1970; nil if nobody says.
    package var expiresAt: Int64?

    package init(value: String, expiresAt: Int64?) {
        self.value = value
        self.expiresAt = expiresAt
    }

    /// - Parameter lifetimeSeconds: as whoever issued it says, for tokens that don't say it themselves.
    package init(_ value: String, now: Int64, lifetimeSeconds: Int64? = nil) {
        self.value = value
        expiresAt =
            JSONWebToken(value)?.time("exp")
            ?? lifetimeSeconds.map { now.addingSaturating($0.multipliedSaturating(by: 1000)) }
    }

    /// An unsigned one (KIP-255), for development.
    /// - Parameter options: those of a JAAS module: `unsecuredLoginStringClaim_sub` and its kin.
    package static func unsecured(_ options: [String: String], now: Int64) throws(SecurityError) -> OAuthToken {
        var claims: [JSON.Member] = []
        let prefixes = ["String", "Number", "List"].map { "unsecuredLogin\($0)Claim_" }
        for (name, value) in options.sorted(by: { $0.key < $1.key }) {
            guard let kind = prefixes.firstIndex(where: { name.hasPrefix($0) }) else { continue }
            let claim = String(name.dropFirst(prefixes[kind].count))
            guard !claim.isEmpty, claim != "iat", claim != "exp" else {
                throw SecurityError("\(name) can't be: 'iat' and 'exp' are set by the client")
            }
            claims.append(JSON.Member(name: claim, value: try Self.value(kind, value, name)))
        }
        let subject = options["unsecuredLoginPrincipalClaimName"] ?? "sub"
        guard claims.contains(where: { $0.name == subject && $0.value.text?.isEmpty == false }) else {
            throw SecurityError(
                "an unsecured token needs a principal: set unsecuredLoginStringClaim_\(subject) in sasl.jaas.config, or "
                    + "sasl.oauthbearer.token.endpoint.url for a token that is issued")
        }
        let text = options["unsecuredLoginLifetimeSeconds"] ?? "3600"
        guard let lifetime = Int64(text), (1...31_536_000_000).contains(lifetime) else {
            throw SecurityError("unsecuredLoginLifetimeSeconds can't be '\(text)'; it is a number of seconds from 1 on")
        }
        let end = now + lifetime * 1000
        claims += [.init(name: "iat", value: .integer(now / 1000)), .init(name: "exp", value: .integer(end / 1000))]
        let header = Base64.encodeURL("{\"alg\":\"none\"}".utf8)
        let payload = Base64.encodeURL(JSON.object(claims).serialized().utf8)
        return OAuthToken(value: "\(header).\(payload).", expiresAt: end / 1000 * 1000)
    }

    private static func value(_ kind: Int, _ text: String, _ name: String) throws(SecurityError) -> JSON {
        switch kind {
        case 0: return .string(text)
        case 1:
            if let number = Int64(text) { return .integer(number) }
            guard let number = Double(text), number.isFinite else {
                throw SecurityError("\(name) can't be '\(text)'; it is a number")
            }
            return .double(number)
        default:
            guard let delimiter = text.first else { return .array([]) }
            return .array(
                text.dropFirst().split(separator: delimiter, omittingEmptySubsequences: false).map {
                    .string(String($0))
                })
        }
    }
}

/// When a token is renewed, as `sasl.login.refresh.*` has it.
package struct TokenRefresh: Sendable, Equatable {
    package var windowFactor = 0.8
    package var windowJitter = 0.05
    package var minPeriodMs: Int64 = 60_000
    package var bufferMs: Int64 = 300_000

    package init() {}

    /// - Parameters:
    ///   - random: between 0 and 1.
    /// - Returns: the time from which on another is got, in milliseconds since 1970.
    package func time(start: Int64, expiry: Int64, random: Double) -> Int64 {
        let lifetime = max(expiry.subtractingSaturating(start), 0)
        let share = Int64(Double(lifetime) * min(windowFactor + windowJitter * random, 1))
        var time = start.addingSaturating(share)
        // A life too short for both limits knows neither.
        guard minPeriodMs.addingSaturating(bufferMs) <= lifetime else { return time }
        time = min(time, expiry - bufferMs)
        return max(time, start + minPeriodMs)
    }
}
