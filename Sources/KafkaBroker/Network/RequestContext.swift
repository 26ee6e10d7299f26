// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// What a handler may know of the request's surroundings.
struct RequestContext: Sendable {
    var apiVersion: Int16
    /// The client's name for itself; null is legal.
    var clientID: String?
    /// Who asks.
    var principal = Principal.anonymous
    /// Whether it logged in with a delegation token.
    var isTokenAuthenticated = false
    var connection: ConnectionInfo
    /// The loop of the connection, for timers.
    var eventLoop: any EventLoop
    /// When serving it began, in nanoseconds of the system's uptime; 0 where that isn't measured.
    var began: UInt64 = 0

    /// Name of the listener that the request came through.
    var listenerName: String { connection.listenerName }

    /// Whether the client may do this; what it is told if not, each handler says in its place.
    func authorize(_ operation: AclOperation, _ type: AclResource, _ name: String) -> Bool {
        connection.policy.authorizer.allows(operation, type, name, to: principal, from: connection.clientHost)
    }

    /// Whether it may create a topic of that name.
    func mayCreate(_ topic: String) -> Bool {
        authorize(.create, .cluster, AclResource.clusterName) || authorize(.create, .topic, topic)
    }

    /// The operations that the client may do with a resource, as bits by their numbers.
    func authorizedOperations(_ type: AclResource, _ name: String) -> Int32 {
        type.operations.reduce(0) { bits, operation in
            operation != .all && authorize(operation, type, name) ? bits | 1 << Int32(operation.rawValue) : bits
        }
    }

    /// Those that it may do with the cluster; none for who may not describe it.
    var clusterOperations: Int32 {
        let name = AclResource.clusterName
        return authorize(.describe, .cluster, name) ? authorizedOperations(.cluster, name) : 0
    }
}
