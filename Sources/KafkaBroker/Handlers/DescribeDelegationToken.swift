// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol
internal import NIOCore

// Null asks for all tokens, an empty list for none. One's own, and those that one may renew, are always shown; others with
// DESCRIBE on the token or DESCRIBE_TOKENS on its owner, and left out without.
struct DescribeDelegationTokenHandler: AsyncRequestHandler {
    typealias Request = DescribeDelegationTokenRequest
    private typealias Token = DescribeDelegationTokenResponse.DescribedDelegationToken

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> DescribeDelegationTokenResponse {
        guard context.mayUseTokens else {
            return DescribeDelegationTokenResponse { $0.errorCode = .delegationTokenRequestNotAllowed }
        }
        guard let secret = controller.configuration.delegationTokenSecret else {
            return DescribeDelegationTokenResponse { $0.errorCode = .delegationTokenAuthDisabled }
        }
        let owners = request.owners?.map { Principal(type: $0.principalType, name: $0.principalName) }
        let all = controller.store.image.delegationTokens.sorted { $0.key < $1.key }.map(\.value)
        let tokens = all.filter { token in
            if let owners, !owners.contains(where: token.belongs) { return false }
            return token.belongs(to: context.principal)
                || context.authorize(.describe, .delegationToken, token.tokenID)
                || context.authorize(.describeTokens, .user, token.owner)
        }
        return DescribeDelegationTokenResponse { $0.tokens = tokens.map { Self.token($0, secret) } }
    }

    private static func token(_ token: DelegationTokenRecord, _ secret: String) -> Token {
        Token {
            let (owner, requester) = (Principal(token.owner), Principal(token.requester))
            ($0.principalType, $0.principalName) = (owner?.type ?? "", owner?.name ?? "")
            ($0.tokenRequesterPrincipalType, $0.tokenRequesterPrincipalName) = (
                requester?.type ?? "", requester?.name ?? ""
            )
            $0.issueTimestamp = token.issueTimestamp
            $0.expiryTimestamp = token.expirationTimestamp
            $0.maxTimestamp = token.maxTimestamp
            $0.tokenID = token.tokenID
            $0.hmac = ByteBuffer(bytes: DelegationTokenCredential.hmac(tokenID: token.tokenID, secret: secret))
            $0.renewers = token.renewers.compactMap(Principal.init).map { renewer in
                DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer {
                    ($0.principalType, $0.principalName) = (renewer.type, renewer.name)
                }
            }
        }
    }
}
