// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `/acls`: who may do what.
enum AccessLists {
    private static let any: Int8 = 1

    static func json(_ data: ClusterData) async throws(ClientError) -> JSON {
        let response = try await data.calls.send(
            DescribeAclsRequest {
                $0.resourceTypeFilter = any
                $0.resourceNameFilter = nil
                $0.patternTypeFilter = any
                $0.principalFilter = nil
                $0.hostFilter = nil
                $0.operation = any
                $0.permissionType = any
            })
        guard response.errorCode == .none || response.errorCode == .securityDisabled else {
            throw ClientError(response.errorCode, "", response.errorMessage)
        }
        let rows = response.resources.flatMap { resource in
            resource.acls.map { (resource, $0) }
        }.sorted {
            ($0.0.resourceType, $0.0.resourceName, $0.1.principal, $0.1.operation)
                < ($1.0.resourceType, $1.0.resourceName, $1.1.principal, $1.1.operation)
        }
        return .members([
            "enabled": .bool(response.errorCode == .none),
            "acls": .array(
                rows.map { resource, acl in
                    .members([
                        "type": .string(AclResource(rawValue: resource.resourceType).map { "\($0)" } ?? "unknown"),
                        "name": .string(resource.resourceName),
                        "pattern": .string(resource.patternType == 4 ? "prefixed" : "literal"),
                        "principal": .string(acl.principal),
                        "host": .string(acl.host),
                        "operation": .string(AclOperation(rawValue: acl.operation).map { "\($0)" } ?? "unknown"),
                        "permission": .string(acl.permissionType == 2 ? "deny" : "allow"),
                    ])
                }),
        ])
    }
}
