// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol

extension HTTPProblem {
    /// What the cluster refused, in HTTP's numbers.
    init(_ error: ClientError) {
        let status =
            switch error.kind {
            case .broker(.unknownTopicOrPartition), .broker(.groupIDNotFound), .broker(.unknownTopicID): 404
            case .broker(.topicAuthorizationFailed), .broker(.groupAuthorizationFailed),
                .broker(.clusterAuthorizationFailed), .broker(.transactionalIDAuthorizationFailed):
                403
            case .broker(.topicAlreadyExists), .broker(.nonEmptyGroup): 409
            case .broker(let code) where !code.isRetriable: 400
            case .invalidArgument: 400
            case .timedOut: 504
            case .unsupported: 501
            default: 502
            }
        self.init(status, error.message)
    }
}
