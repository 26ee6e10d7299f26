// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

// Version 1 tells how long the session lasts (KIP-368). Needs no permission: nobody has logged in yet. A failure is
// answered after connection.failed.authentication.delay.ms (KIP-306), and the connection closed behind it.
struct SaslAuthenticateHandler: RequestHandler {
    func handle(
        _ request: SaslAuthenticateRequest, _ context: RequestContext, _ reply: Reply<SaslAuthenticateResponse>
    ) {
        guard let login = context.connection.login else {
            return reply(
                SaslAuthenticateResponse {
                    $0.errorCode = .illegalSaslState
                    $0.errorMessage = "SaslAuthenticate request received after successful authentication"
                })
        }
        switch login.authenticate(Array(request.authBytes.readableBytesView), clientID: context.clientID) {
        case .token(let token, let lifetimeMs):
            reply(
                SaslAuthenticateResponse {
                    $0.errorMessage = nil
                    $0.authBytes = ByteBuffer(bytes: token)
                    $0.sessionLifetimeMs = lifetimeMs
                })
        case .failed(let code, let words, _):
            let response = SaslAuthenticateResponse {
                $0.errorCode = code
                $0.errorMessage = words
            }
            login.reply(in: context) { reply(response) }
        }
    }
}
