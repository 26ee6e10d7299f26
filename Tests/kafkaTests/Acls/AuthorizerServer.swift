// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import NIOPosix
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

    let address: String
    private let port: Int
    private let channel: any Channel
    private let bindings = Mutex<Set<Binding>>([])
    private let script: Script

    private static let apis: [any RequestMessage.Type] = [
        ApiVersionsRequest.self, MetadataRequest.self, DescribeClusterRequest.self, DescribeAclsRequest.self,
        CreateAclsRequest.self, DeleteAclsRequest.self,
    ]

    /// - Parameter script: nil for a request that is answered from the lists.
    init(_ script: @escaping Script = { _, _, _ in nil }) async throws {
        let shared = Shared()
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler { shared.server?.answer($0) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        address = "127.0.0.1:\(port)"
        self.script = script
        shared.server = self
    }

    private final class Shared: Sendable {
        private let box = Mutex<AuthorizerServer?>(nil)
        var server: AuthorizerServer? {
            get { box.withLock { $0 } }
            set { box.withLock { $0 = newValue } }
        }
    }

    func stop() async { try? await channel.close().get() }

    // MARK: Requests

    /// - Parameter frame: a request without its length.
    private func answer(_ frame: ByteBuffer) -> ByteBuffer? {
        var body = frame
        guard var header = try? RequestHeader(decoding: &body),
            let api = Self.apis.first(where: { $0.apiKey == header.apiKey })
        else { return nil }
        let version = header.apiVersion
        do {
            try header.finish(&body, isFlexible: api.isFlexible(version))
            var answer = ByteBuffer()
            ResponseHeader.encode(
                correlationID: header.correlationID,
                hasTaggedFields: ResponseHeader.hasTaggedFields(api.apiKey, isFlexible: api.isFlexible(version)),
                into: &answer)
            if let scripted = script(api.apiKey, version, body) {
                answer.writeImmutableBuffer(scripted)
            } else {
                try response(api.apiKey, version, body).encode(into: &answer, version: version)
            }
            return answer
        } catch {
            return nil
        }
    }

    private func response(_ key: APIKey, _ version: Int16, _ body: ByteBuffer) throws -> any ResponseMessage {
        switch key {
        case .apiVersions: versions
        case .describeCluster: cluster
        case .describeAcls: describe(try DescribeAclsRequest.decode(body, version: version))
        case .createAcls: create(try CreateAclsRequest.decode(body, version: version))
        case .deleteAcls: delete(try DeleteAclsRequest.decode(body, version: version))
        default: metadata
        }
    }

    private var versions: ApiVersionsResponse {
        ApiVersionsResponse {
            $0.apiKeys = Self.apis.map { api in
                ApiVersionsResponse.ApiVersion {
                    $0.apiKey = api.apiKey.rawValue
                    $0.minVersion = api.versions.lowerBound
                    $0.maxVersion = api.versions.upperBound
                }
            }
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

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: (ByteBuffer) -> ByteBuffer?
        private var received = ByteBuffer()

        init(_ answer: @escaping (ByteBuffer) -> ByteBuffer?) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received.writeImmutableBuffer(unwrapInboundIn(data))
            while let frame = received.readLengthPrefixedSlice(as: Int32.self) {
                guard let body = answer(frame) else { return context.close(promise: nil) }
                var bytes = ByteBuffer(integer: Int32(body.readableBytes))
                bytes.writeImmutableBuffer(body)
                context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
            }
        }
    }
}
