// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

struct ExpireDelegationTokenHandler: AsyncRequestHandler {
    typealias Request = ExpireDelegationTokenRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> ExpireDelegationTokenResponse {
        var response = ExpireDelegationTokenResponse()
        guard context.mayUseTokens else {
            (response.errorCode, response.expiryTimestampMs) = (.delegationTokenRequestNotAllowed, -1)
            return response
        }
        do throws(MetadataError) {
            response.expiryTimestampMs = try await controller.expireToken(
                hmac: Array(request.hmac.readableBytesView), for: context.principal,
                periodMs: request.expiryTimePeriodMs)
        } catch {
            response.errorCode = error.code
        }
        return response
    }
}
