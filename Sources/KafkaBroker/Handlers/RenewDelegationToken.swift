// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

struct RenewDelegationTokenHandler: AsyncRequestHandler {
    typealias Request = RenewDelegationTokenRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> RenewDelegationTokenResponse {
        var response = RenewDelegationTokenResponse()
        guard context.mayUseTokens else {
            (response.errorCode, response.expiryTimestampMs) = (.delegationTokenRequestNotAllowed, -1)
            return response
        }
        do throws(MetadataError) {
            response.expiryTimestampMs = try await controller.renewToken(
                hmac: Array(request.hmac.readableBytesView), for: context.principal, periodMs: request.renewPeriodMs)
        } catch {
            response.errorCode = error.code
        }
        return response
    }
}
