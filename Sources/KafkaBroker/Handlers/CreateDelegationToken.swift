// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

// Version 3 makes tokens for others (KIP-373): CREATE_TOKENS on the user, else DELEGATION_TOKEN_AUTHORIZATION_FAILED.
struct CreateDelegationTokenHandler: AsyncRequestHandler {
    typealias Request = CreateDelegationTokenRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> CreateDelegationTokenResponse {
        var response = CreateDelegationTokenResponse()
        let requester = context.principal
        var owner = requester
        if let name = request.ownerPrincipalName, !name.isEmpty {
            owner = Principal(type: request.ownerPrincipalType ?? "", name: name)
        }
        (response.principalType, response.principalName) = (owner.type, owner.name)
        (response.tokenRequesterPrincipalType, response.tokenRequesterPrincipalName) = (requester.type, requester.name)
        (response.issueTimestampMs, response.expiryTimestampMs, response.maxTimestampMs) = (-1, -1, -1)
        let renewers = request.renewers.map { Principal(type: $0.principalType, name: $0.principalName) }
        guard context.mayUseTokens else {
            response.errorCode = .delegationTokenRequestNotAllowed
            return response
        }
        guard owner == requester || context.authorize(.createTokens, .user, owner.description) else {
            response.errorCode = .delegationTokenAuthorizationFailed
            return response
        }
        guard !owner.type.isEmpty, renewers.allSatisfy({ $0.type == "User" }) else {
            response.errorCode = .invalidPrincipalType
            return response
        }
        do throws(MetadataError) {
            let (token, hmac) = try await controller.createToken(
                owner: owner, requester: requester, renewers: renewers, lifetimeMs: request.maxLifetimeMs)
            response.issueTimestampMs = token.issueTimestamp
            response.expiryTimestampMs = token.expirationTimestamp
            response.maxTimestampMs = token.maxTimestamp
            response.tokenID = token.tokenID
            response.hmac = ByteBuffer(bytes: hmac)
        } catch {
            response.errorCode = error.code
        }
        return response
    }
}

extension RequestContext {
    /// Whether its client may ask about delegation tokens: it has said who it is, and not with a token, which could
    /// otherwise live for ever.
    var mayUseTokens: Bool {
        switch connection.securityProtocol {
        case .plaintext: false
        case .ssl: !isTokenAuthenticated && principal != .anonymous
        case .saslPlaintext, .saslSSL: !isTokenAuthenticated
        }
    }
}
