// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Access control lists belong to an authorizer; a broker without one refuses them, in Kafka's words.
private enum NoAuthorizer {
    static let error = ErrorCode.securityDisabled
    static let message = "No Authorizer is configured."
    /// Kafka says it differently here.
    static let describeMessage = "No Authorizer is configured on the broker"
}

struct DescribeAclsHandler: RequestHandler {
    func handle(_ request: DescribeAclsRequest, _ context: RequestContext, _ reply: Reply<DescribeAclsResponse>) {
        reply(
            DescribeAclsResponse {
                $0.errorCode = NoAuthorizer.error
                $0.errorMessage = NoAuthorizer.describeMessage
            })
    }
}

struct CreateAclsHandler: RequestHandler {
    func handle(_ request: CreateAclsRequest, _ context: RequestContext, _ reply: Reply<CreateAclsResponse>) {
        reply(
            CreateAclsResponse {
                $0.results = request.creations.map { _ in
                    .init {
                        $0.errorCode = NoAuthorizer.error
                        $0.errorMessage = NoAuthorizer.message
                    }
                }
            })
    }
}

struct DeleteAclsHandler: RequestHandler {
    func handle(_ request: DeleteAclsRequest, _ context: RequestContext, _ reply: Reply<DeleteAclsResponse>) {
        reply(
            DeleteAclsResponse {
                $0.filterResults = request.filters.map { _ in
                    .init {
                        $0.errorCode = NoAuthorizer.error
                        $0.errorMessage = NoAuthorizer.message
                    }
                }
            })
    }
}
