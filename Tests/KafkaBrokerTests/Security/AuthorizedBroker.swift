// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import NIOCore
import Synchronization

@testable import KafkaBroker

/// What somebody may have to be allowed.
struct Need: Sendable {
    var operation: AclOperation
    var type: AclResource
    var name: String
    /// What is answered where it is missing.
    var refusal: ErrorCode

    init(_ operation: AclOperation, _ type: AclResource, _ name: String) {
        self.operation = operation
        self.type = type
        self.name = name
        refusal =
            switch type {
            case .topic: .topicAuthorizationFailed
            case .group: .groupAuthorizationFailed
            case .transactionalID: .transactionalIDAuthorizationFailed
            default: .clusterAuthorizationFailed
            }
    }

    static func cluster(_ operation: AclOperation) -> Need { Need(operation, .cluster, AclResource.clusterName) }
    static func topic(_ operation: AclOperation, _ name: String = "open") -> Need { Need(operation, .topic, name) }
    static func group(_ operation: AclOperation, _ name: String = "g") -> Need { Need(operation, .group, name) }
    static func transaction(_ operation: AclOperation) -> Need { Need(operation, .transactionalID, "tx") }

    /// An entry that says something of it.
    func entry(
        _ principal: String, _ permission: AclPermission = .allow, operation: AclOperation? = nil,
        pattern: AclPattern = .literal, name: String? = nil, host: String = "*"
    ) -> AclBinding {
        AclBinding(
            // The cluster has one name, which is always written out.
            type.rawValue, type == .cluster ? self.name : name ?? self.name, pattern.rawValue, principal: principal,
            host: host,
            operation: (operation ?? self.operation).rawValue, permission: permission.rawValue)
    }
}

extension Broker {
    static let root = Principal(name: "root")

    /// A broker with Kafka's authorizer, where `User:root` may do everything.
    static func withAuthorizer(
        _ overrides: [(name: String, value: String)] = [], directory: String? = nil,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) async throws -> Broker {
        var options = Options(dataDirectory: directory)
        options.overrides =
            [("authorizer.class.name", StandardAuthorizer.className), ("super.users", "User:root")] + overrides
        return try await BrokerStart(options: options, logger: logger).run()
    }

    @discardableResult
    func create(_ bindings: [AclBinding], as principal: Principal = root) async throws -> [CreateAclsResponse
        .AclCreationResult]
    {
        try await call(
            CreateAclsRequest {
                $0.creations = bindings.map { binding in
                    .init {
                        ($0.resourceType, $0.resourceName) = (binding.resourceType, binding.resourceName)
                        $0.resourcePatternType = binding.pattern
                        ($0.principal, $0.host) = (binding.principal, binding.host)
                        ($0.operation, $0.permissionType) = (binding.operation, binding.permission)
                    }
                }
            }, as: principal
        ).results
    }

    /// Lets somebody do these things.
    func allow(_ name: String, _ needs: Need...) async throws {
        try await create(needs.map { $0.entry("User:\(name)") })
    }

    /// The entries that match.
    func acls(
        type: Int8 = AclBinding.any, _ name: String? = nil, _ pattern: Int8 = AclPattern.any.rawValue,
        principal: String? = nil, host: String? = nil, operation: Int8 = AclBinding.any,
        permission: Int8 = AclBinding.any, as asking: Principal = root
    ) async throws -> DescribeAclsResponse {
        try await call(
            DescribeAclsRequest {
                ($0.resourceTypeFilter, $0.resourceNameFilter, $0.patternTypeFilter) = (type, name, pattern)
                ($0.principalFilter, $0.hostFilter) = (principal, host)
                ($0.operation, $0.permissionType) = (operation, permission)
            }, as: asking)
    }

    /// Sends a request of any kind, and gathers all error codes of its answer.
    func codes(_ request: any RequestMessage, as principal: Principal, version: Int16?) async throws -> [ErrorCode] {
        func send<Request: RequestMessage>(_ request: Request) async throws -> [ErrorCode] {
            ErrorCode.all(in: try await call(request, as: principal, version: version))
        }
        return try await send(request)
    }
}

extension ErrorCode {
    /// All codes that a message has somewhere.
    static func all(in value: Any) -> [ErrorCode] {
        switch value {
        case let code as ErrorCode: [code]
        case is String, is KafkaUUID, is ByteBuffer: []
        default: Mirror(reflecting: value).children.flatMap { all(in: $0.value) }
        }
    }

    static let refusals: Set<ErrorCode> = [
        .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed,
        .transactionalIDAuthorizationFailed,
    ]
}

/// Keeps the lines that an authorizer logs.
final class AuditLog: LogHandler {
    private let kept = Mutex<[String]>([])
    let level: Logger.Level

    init(_ level: Logger.Level) { self.level = level }

    var lines: [String] { kept.withLock { $0 } }
    func clear() { kept.withLock { $0 = [] } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { level }
        set {}
    }
    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let text = "\(event.message)"
        guard text.hasPrefix("Principal = ") else { return }
        kept.withLock { $0.append("\(event.level) \(text)") }
    }
}
