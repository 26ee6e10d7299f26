// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Synchronization

/// A broker of which there is nothing but access control lists.
final class AuthorizerServer: Sendable {
    /// How it answers a request about access control lists, instead of doing as it is told.
    typealias Script = @Sendable (APIKey, Int16, ByteBuffer) -> ByteBuffer?

    struct Binding: Hashable {
        var resourceType: Int8
        var name: String
        var pattern: Int8
        var principal: String
        var host: String
        var operation: Int8
        var permission: Int8
    }

    var address: String { "127.0.0.1:\(port)" }
    private let node = Mutex<FakeNode?>(nil)
    private let bindings = Mutex<Set<Binding>>([])
    private let script: Script

    private static let apis: [any RequestMessage.Type] = [
        ApiVersionsRequest.self, MetadataRequest.self, DescribeClusterRequest.self, DescribeAclsRequest.self,
        CreateAclsRequest.self, DeleteAclsRequest.self,
    ]

    /// - Parameter script: nil for a request that is answered from the lists.
    init(_ script: @escaping Script = { _, _, _ in nil }) async throws {
        self.script = script
        let node = try await FakeNode(Self.apis) { [weak self] key, version, body in
            guard let self else { return nil }
            return try script(key, version, body) ?? self.response(key, version, body).encoded(version)
        }
        self.node.withLock { $0 = node }
    }

    private var port: Int { node.withLock { $0?.port ?? 0 } }

    func stop() async { await node.withLock { $0 }?.stop() }

    // MARK: Requests

    private func response(_ key: APIKey, _ version: Int16, _ body: ByteBuffer) throws -> any ResponseMessage {
        switch key {
        case .apiVersions: ApiVersionsResponse.serving(Self.apis)
        case .describeCluster: cluster
        case .describeAcls: describe(try DescribeAclsRequest.decode(body, version: version))
        case .createAcls: create(try CreateAclsRequest.decode(body, version: version))
        case .deleteAcls: delete(try DeleteAclsRequest.decode(body, version: version))
        default: metadata
        }
    }

    private var cluster: DescribeClusterResponse {
        DescribeClusterResponse {
            $0.clusterID = "lists"
            $0.controllerID = 1
            $0.brokers = [
                DescribeClusterResponse.Broker {
                    $0.brokerID = 1
                    $0.host = "127.0.0.1"
                    $0.port = Int32(port)
                }
            ]
        }
    }

    private var metadata: MetadataResponse {
        MetadataResponse {
            $0.clusterID = "lists"
            $0.controllerID = 1
            $0.brokers = [
                MetadataResponse.Broker {
                    $0.nodeID = 1
                    $0.host = "127.0.0.1"
                    $0.port = Int32(port)
                }
            ]
        }
    }

    // MARK: Lists

    private func create(_ request: CreateAclsRequest) -> CreateAclsResponse {
        bindings.withLock { bindings in
            for one in request.creations {
                bindings.insert(
                    Binding(
                        resourceType: one.resourceType, name: one.resourceName, pattern: one.resourcePatternType,
                        principal: one.principal, host: one.host, operation: one.operation,
                        permission: one.permissionType))
            }
        }
        return CreateAclsResponse {
            $0.results = request.creations.map { _ in CreateAclsResponse.AclCreationResult { $0.errorMessage = nil } }
        }
    }

    private func describe(_ request: DescribeAclsRequest) -> DescribeAclsResponse {
        let found = bindings.withLock { $0 }.filter { binding in
            Self.matches(
                binding, request.resourceTypeFilter, request.resourceNameFilter, request.patternTypeFilter,
                request.principalFilter, request.hostFilter, request.operation, request.permissionType)
        }
        struct Pattern: Hashable {
            var type: Int8
            var name: String
            var pattern: Int8
        }
        let byPattern = Dictionary(grouping: found) {
            Pattern(type: $0.resourceType, name: $0.name, pattern: $0.pattern)
        }
        return DescribeAclsResponse {
            $0.errorMessage = nil
            $0.resources = byPattern.map { pattern, bindings in
                DescribeAclsResponse.Resource {
                    $0.resourceType = pattern.type
                    $0.resourceName = pattern.name
                    $0.patternType = pattern.pattern
                    $0.acls = bindings.map { binding in
                        DescribeAclsResponse.AclDescription {
                            $0.principal = binding.principal
                            $0.host = binding.host
                            $0.operation = binding.operation
                            $0.permissionType = binding.permission
                        }
                    }
                }
            }
        }
    }

    private func delete(_ request: DeleteAclsRequest) -> DeleteAclsResponse {
        DeleteAclsResponse {
            $0.filterResults = request.filters.map { filter in
                let found = bindings.withLock { bindings in
                    let found = bindings.filter { binding in
                        Self.matches(
                            binding, filter.resourceTypeFilter, filter.resourceNameFilter, filter.patternTypeFilter,
                            filter.principalFilter, filter.hostFilter, filter.operation, filter.permissionType)
                    }
                    bindings.subtract(found)
                    return found
                }
                return DeleteAclsResponse.FilterResult {
                    $0.errorMessage = nil
                    $0.matchingAcls = found.map { binding in
                        DeleteAclsResponse.MatchingAcl {
                            $0.errorMessage = nil
                            $0.resourceType = binding.resourceType
                            $0.resourceName = binding.name
                            $0.patternType = binding.pattern
                            $0.principal = binding.principal
                            $0.host = binding.host
                            $0.operation = binding.operation
                            $0.permissionType = binding.permission
                        }
                    }
                }
            }
        }
    }

    /// 1 is any; of pattern types 2 is match, 3 literal and 4 prefixed (KIP-290).
    private static func matches(
        _ binding: Binding, _ type: Int8, _ name: String?, _ pattern: Int8, _ principal: String?, _ host: String?,
        _ operation: Int8, _ permission: Int8
    ) -> Bool {
        guard type == 1 || type == binding.resourceType, principal == nil || principal == binding.principal,
            host == nil || host == binding.host, operation == 1 || operation == binding.operation,
            permission == 1 || permission == binding.permission
        else { return false }
        guard pattern == 2, let name else {
            return (pattern <= 2 || pattern == binding.pattern) && (name == nil || name == binding.name)
        }
        return binding.pattern == 4 ? name.hasPrefix(binding.name) : binding.name == name || binding.name == "*"
    }
}
