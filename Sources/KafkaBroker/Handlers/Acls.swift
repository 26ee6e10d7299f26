// SPDX-License-Identifier: Apache-2.0

internal import HashTreeCollections
import KafkaProtocol

// Access control lists belong to an authorizer; a broker without one refuses them, in Kafka's words. DESCRIBE on the
// cluster to read them, ALTER to change them.

struct DescribeAclsHandler: RequestHandler {
    let controller: Controller

    func handle(_ request: DescribeAclsRequest, _ context: RequestContext, _ reply: Reply<DescribeAclsResponse>) {
        let filter = AclFilter(
            request.resourceTypeFilter, request.resourceNameFilter, request.patternTypeFilter,
            principal: request.principalFilter, host: request.hostFilter, operation: request.operation,
            permission: request.permissionType)
        guard !filter.isIncomplete else {
            return reply.close(reason: "a DescribeAcls request contains UNKNOWN elements")
        }
        var refusal: MetadataError?
        if !context.authorizeCluster(.describe) {
            refusal = .clusterRefused
        } else if context.isOpen {
            // Kafka says it differently here.
            refusal = MetadataError(.securityDisabled, "No Authorizer is configured on the broker")
        }
        let found = refusal == nil ? controller.store.image.acls.values.map(\.binding).filter(filter.matches) : []
        reply(
            DescribeAclsResponse {
                $0.errorCode = refusal?.code ?? .none
                $0.errorMessage = refusal?.answer
                $0.resources = Self.resources(found)
            })
    }

    /// The entries by what they are about, in order.
    private static func resources(_ bindings: [AclBinding]) -> [DescribeAclsResponse.Resource] {
        var resources: [DescribeAclsResponse.Resource] = []
        for binding in bindings.sorted() {
            if let last = resources.last, last.resourceType == binding.resourceType,
                last.resourceName == binding.resourceName, last.patternType == binding.pattern
            {
            } else {
                resources.append(
                    .init {
                        ($0.resourceType, $0.resourceName) = (binding.resourceType, binding.resourceName)
                        $0.patternType = binding.pattern
                    })
            }
            resources[resources.count - 1].acls.append(
                .init {
                    ($0.principal, $0.host) = (binding.principal, binding.host)
                    ($0.operation, $0.permissionType) = (binding.operation, binding.permission)
                })
        }
        return resources
    }
}

struct CreateAclsHandler: RequestHandler {
    let controller: Controller

    func handle(_ request: CreateAclsRequest, _ context: RequestContext, _ reply: Reply<CreateAclsResponse>) {
        let bindings = request.creations.map {
            AclBinding(
                $0.resourceType, $0.resourceName, $0.resourcePatternType, principal: $0.principal, host: $0.host,
                operation: $0.operation, permission: $0.permissionType)
        }
        guard !bindings.contains(where: \.isIncomplete) else {
            return reply.close(reason: "a CreateAcls request contains UNKNOWN elements")
        }
        Task {
            let errors: [MetadataError?]
            if let refusal = NoAuthorizer.refusal(context) {
                errors = bindings.map { _ in refusal }
            } else {
                errors = await controller.createAcls(bindings)
            }
            reply(
                CreateAclsResponse {
                    $0.results = errors.map { error in
                        .init {
                            $0.errorCode = error?.code ?? .none
                            $0.errorMessage = error?.answer
                        }
                    }
                })
        }
    }
}

struct DeleteAclsHandler: RequestHandler {
    let controller: Controller

    func handle(_ request: DeleteAclsRequest, _ context: RequestContext, _ reply: Reply<DeleteAclsResponse>) {
        let filters = request.filters.map {
            AclFilter(
                $0.resourceTypeFilter, $0.resourceNameFilter, $0.patternTypeFilter, principal: $0.principalFilter,
                host: $0.hostFilter, operation: $0.operation, permission: $0.permissionType)
        }
        guard !filters.contains(where: \.isIncomplete) else {
            return reply.close(reason: "a DeleteAcls request contains UNKNOWN elements")
        }
        Task {
            let results: [Result<[AclBinding], MetadataError>]
            if let refusal = NoAuthorizer.refusal(context) {
                results = filters.map { _ in .failure(refusal) }
            } else {
                results = await controller.deleteAcls(filters)
            }
            reply(DeleteAclsResponse { $0.filterResults = results.map(Self.answer) })
        }
    }

    private static func answer(_ result: Result<[AclBinding], MetadataError>) -> DeleteAclsResponse.FilterResult {
        .init {
            $0.errorMessage = nil
            switch result {
            case .success(let deleted): $0.matchingAcls = deleted.map(answer)
            case .failure(let error): ($0.errorCode, $0.errorMessage) = (error.code, error.answer)
            }
        }
    }

    private static func answer(_ binding: AclBinding) -> DeleteAclsResponse.MatchingAcl {
        .init {
            $0.errorMessage = nil
            ($0.resourceType, $0.resourceName) = (binding.resourceType, binding.resourceName)
            $0.patternType = binding.pattern
            ($0.principal, $0.host) = (binding.principal, binding.host)
            ($0.operation, $0.permissionType) = (binding.operation, binding.permission)
        }
    }
}

private enum NoAuthorizer {
    /// Why access control lists can't be changed; nil if they can.
    static func refusal(_ context: RequestContext) -> MetadataError? {
        if !context.authorizeCluster(.alter) { return .clusterRefused }
        return context.isOpen ? MetadataError(.securityDisabled, "No Authorizer is configured.") : nil
    }
}
