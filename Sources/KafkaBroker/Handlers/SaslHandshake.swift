// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// Version 0 is followed by tokens without a request around them, version 1 by SaslAuthenticate (KIP-152). Needs no
// permission: nobody has logged in yet.
struct SaslHandshakeHandler: RequestHandler {
    func handle(_ request: SaslHandshakeRequest, _ context: RequestContext, _ reply: Reply<SaslHandshakeResponse>) {
        guard let login = context.connection.login else {
            return reply(SaslHandshakeResponse { $0.errorCode = .illegalSaslState })
        }
        let answer = login.handshake(request.mechanism, version: context.apiVersion, clientID: context.clientID)
        let response = SaslHandshakeResponse {
            $0.errorCode = answer.errorCode
            $0.mechanisms = answer.mechanisms
        }
        login.reply(in: context) { reply(response) }
    }
}
