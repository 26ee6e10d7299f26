// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
internal import KafkaProtocol

// DESCRIBE on the cluster.
struct DescribeUserScramCredentialsHandler: RequestHandler {
    private let controller: Controller

    init(controller: Controller) { self.controller = controller }

    func handle(
        _ request: DescribeUserScramCredentialsRequest, _ context: RequestContext,
        _ reply: Reply<DescribeUserScramCredentialsResponse>
    ) {
        guard context.authorizeCluster(.describe) else {
            return reply(
                DescribeUserScramCredentialsResponse {
                    $0.errorCode = .clusterAuthorizationFailed
                    $0.errorMessage = MetadataError.clusterRefused.answer
                })
        }
        let credentials = controller.store.image.scramCredentials
        var byUser: [String: [DescribeUserScramCredentialsResponse.CredentialInfo]] = [:]
        for (key, credential) in credentials.sorted(by: { $0.key < $1.key }) {
            byUser[key.name, default: []].append(
                .init {
                    $0.mechanism = key.mechanism
                    $0.iterations = credential.iterations
                })
        }
        let asked = (request.users ?? []).map(\.name)
        let counts = Dictionary(asked.map { ($0, 1) }, uniquingKeysWith: +)
        let users = asked.isEmpty ? byUser.keys.sorted() : counts.keys.sorted()
        reply(
            DescribeUserScramCredentialsResponse {
                $0.results = users.map { result($0, byUser[$0], isRepeated: counts[$0, default: 1] > 1) }
            })
    }

    private func result(
        _ user: String, _ infos: [DescribeUserScramCredentialsResponse.CredentialInfo]?, isRepeated: Bool
    ) -> DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult {
        .init {
            $0.user = user
            if isRepeated {
                $0.errorCode = .duplicateResource
                $0.errorMessage =
                    "Cannot describe SCRAM credentials for the same user twice in a single request: \(user)"
            } else if let infos {
                $0.credentialInfos = infos
            } else {
                $0.errorCode = .resourceNotFound
                $0.errorMessage = "Attempt to describe a user credential that does not exist: \(user)"
            }
        }
    }
}
