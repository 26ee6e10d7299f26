// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

// ALTER on the cluster.
struct AlterUserScramCredentialsHandler: AsyncRequestHandler {
    typealias Request = AlterUserScramCredentialsRequest

    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(_ request: Request, _ context: RequestContext) async -> AlterUserScramCredentialsResponse {
        guard context.authorizeCluster(.alter) else {
            let users = Set(request.deletions.map(\.name)).union(request.upsertions.map(\.name))
            return AlterUserScramCredentialsResponse {
                $0.results = users.sorted().map { user in
                    .init {
                        $0.user = user
                        $0.errorCode = .clusterAuthorizationFailed
                        $0.errorMessage = MetadataError.clusterRefused.answer
                    }
                }
            }
        }
        let results = await controller.alterScramCredentials(request)
        return AlterUserScramCredentialsResponse { $0.results = results }
    }
}
