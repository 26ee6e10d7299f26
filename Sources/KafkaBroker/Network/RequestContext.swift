// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore

/// What a handler may know of the request's surroundings.
struct RequestContext: Sendable {
    var apiKey: APIKey
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

    /// Who sends, for a message: `/127.0.0.1, client app-1`.
    var client: String { connection.clientHost + Self.clause(of: clientID) }

    /// What a client calls itself, behind its address in a message.
    static func clause(of clientID: String?) -> String { clientID.map { ", client \($0.printable)" } ?? "" }

    /// The client's address, as access control lists know it: `127.0.0.1`.
    var clientAddress: Substring { connection.clientHost.dropFirst() }
}

// Who may what; what is told to who may not, each handler says in its place.
extension RequestContext {
    /// Everybody may do everything.
    var isOpen: Bool { connection.policy.authorizer == nil }

    /// Whether the client may do this.
    /// - Parameter count: how often the request names the resource.
    func authorize(
        _ operation: AclOperation, _ type: AclResource, _ name: String, count: Int = 1, audit: Access.Audit = .all
    ) -> Bool {
        guard let authorizer = connection.policy.authorizer else { return true }
        return authorizer.allows(access(operation, type, name, count, audit))
    }

    private func access(
        _ operation: AclOperation, _ type: AclResource, _ name: String, _ count: Int, _ audit: Access.Audit
    ) -> Access {
        Access(
            apiKey: apiKey, principal: principal, host: clientAddress, operation: operation, type: type, name: name,
            count: count, audit: audit)
    }

    /// Whether it may do this with the cluster as a whole.
    func authorizeCluster(_ operation: AclOperation, audit: Access.Audit = .all) -> Bool {
        authorize(operation, .cluster, AclResource.clusterName, audit: audit)
    }

    /// Those among the names with which it may not; each is asked about once.
    func refused(
        _ operation: AclOperation, _ type: AclResource, _ names: some Sequence<String>, audit: Access.Audit = .all
    ) -> Set<String> {
        if isOpen { return [] }
        let counts = Dictionary(names.lazy.map { ($0, 1) }, uniquingKeysWith: +)
        return Set(counts.keys.filter { !authorize(operation, type, $0, count: counts[$0]!, audit: audit) })
    }

    /// Whether it may write at all: to all topics as producers without transactions do, or to any.
    var mayWriteSomewhere: Bool {
        guard let authorizer = connection.policy.authorizer else { return true }
        return authorizeCluster(.idempotentWrite, audit: .allowed)
            || authorizer.allowsSomewhere(access(.write, .topic, "", 0, .none))
    }

    /// Whether it may create a topic of that name.
    func mayCreate(_ topic: String) -> Bool {
        authorizeCluster(.create, audit: .allowed) || authorize(.create, .topic, topic)
    }

    /// The operations that the client may do with a resource, as bits by their numbers.
    func authorizedOperations(_ type: AclResource, _ name: String) -> Int32 {
        type.operations.reduce(0) { bits, operation in
            operation != .all && authorize(operation, type, name, audit: .none)
                ? bits | 1 << Int32(operation.rawValue) : bits
        }
    }

    /// Those that it may do with the cluster; none for who may not describe it.
    var clusterOperations: Int32 {
        authorizeCluster(.describe) ? authorizedOperations(.cluster, AclResource.clusterName) : 0
    }
}
