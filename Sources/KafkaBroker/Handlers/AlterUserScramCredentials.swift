// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

struct AlterUserScramCredentialsHandler: AsyncRequestHandler {
    typealias Request = AlterUserScramCredentialsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> AlterUserScramCredentialsResponse {
        let results = await controller.alterScramCredentials(request)
        return AlterUserScramCredentialsResponse { $0.results = results }
    }
}
