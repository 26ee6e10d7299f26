// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// This node as clients reach it through a listener.
struct CoordinatorNode: Sendable, Equatable {
    var id: Int32
    var host: String
    var port: Int32
}

/// Names the coordinator of groups and transactions, which on a single node is always this one, on several the leader of the
/// key's partition; the coordinator's
/// topic is created if need be, so that the next request finds it ready.
///
/// DESCRIBE on the group or the transactional id, CLUSTER_ACTION for share partitions; else the key's node is -1.
struct FindCoordinatorHandler: AsyncRequestHandler {
    typealias Request = FindCoordinatorRequest

    /// What a key names; the numbers are the protocol's.
    private enum KeyType: Int8 { case group, transaction, share }

    let groups: GroupCoordinator
    let transactions: (@Sendable (String) async -> ErrorCode)?
    let shares: (@Sendable (SharePartitionKey) async -> ErrorCode)?
    /// The node of a key in a coordinators' topic, where there are several nodes.
    let elsewhere: (@Sendable (_ key: String, _ topic: String, ConnectionInfo) -> CoordinatorNode?)?
    let node: @Sendable (ConnectionInfo) -> CoordinatorNode

    /// - Parameters:
    ///   - transactions: makes what keeps a transactional id ready; nil if there are no transactions.
    ///   - shares: makes what keeps a share partition ready; nil if there are no share groups.
    ///   - node: this node, on the listener of a connection.
    init(
        groups: GroupCoordinator, transactions: (@Sendable (String) async -> ErrorCode)?,
        shares: (@Sendable (SharePartitionKey) async -> ErrorCode)? = nil,
        elsewhere: (@Sendable (_ key: String, _ topic: String, ConnectionInfo) -> CoordinatorNode?)? = nil,
        node: @escaping @Sendable (ConnectionInfo) -> CoordinatorNode
    ) {
        self.groups = groups
        self.transactions = transactions
        self.shares = shares
        self.elsewhere = elsewhere
        self.node = node
    }

    func handle(_ request: FindCoordinatorRequest, _ context: RequestContext) async -> FindCoordinatorResponse {
        guard context.apiVersion >= 4 else {
            let answer = await find(request.key, request.keyType, context)
            return FindCoordinatorResponse {
                $0.errorCode = answer.errorCode
                // Until version 3 Kafka sends the name of the code where there is no message.
                $0.errorMessage = answer.errorCode == .none ? "NONE" : answer.errorMessage
                $0.nodeID = answer.nodeID
                $0.host = answer.host
                $0.port = answer.port
            }
        }
        var coordinators: [FindCoordinatorResponse.Coordinator] = []
        for key in request.coordinatorKeys { coordinators.append(await find(key, request.keyType, context)) }
        return FindCoordinatorResponse { $0.coordinators = coordinators }
    }

    private func find(
        _ key: String, _ keyType: Int8, _ context: RequestContext
    ) async -> FindCoordinatorResponse.Coordinator {
        var error = await prepare(key, keyType, context)
        var node = CoordinatorNode(id: -1, host: "", port: -1)
        if error == .none {
            let found = self.node(of: key, keyType, context.connection)
            if let found { node = found } else { error = .coordinatorNotAvailable }
        }
        return FindCoordinatorResponse.Coordinator {
            $0.key = key
            $0.errorCode = error
            if error != .none { $0.errorMessage = Self.message(error, keyType) }
            $0.nodeID = node.id
            $0.host = node.host
            $0.port = node.port
        }
    }

    private func node(of key: String, _ keyType: Int8, _ connection: ConnectionInfo) -> CoordinatorNode? {
        guard let elsewhere else { return node(connection) }
        switch KeyType(rawValue: keyType) {
        case .group: return elsewhere(key, TopicName.offsets, connection)
        case .transaction: return elsewhere(key, TopicName.transactions, connection)
        default: return node(connection)
        }
    }

    private func prepare(_ key: String, _ keyType: Int8, _ context: RequestContext) async -> ErrorCode {
        switch KeyType(rawValue: keyType) {
        case .group:
            guard context.authorize(.describe, .group, key) else { return .groupAuthorizationFailed }
            return await groups.prepare(key)
        case .transaction:
            guard context.authorize(.describe, .transactionalID, key) else {
                return .transactionalIDAuthorizationFailed
            }
            return await transactions?(key) ?? .coordinatorNotAvailable
        // Keys of share partitions came with version 6.
        case .share where context.apiVersion >= 6:
            guard context.authorizeCluster(.clusterAction) else {
                return .clusterAuthorizationFailed
            }
            guard let partition = SharePartitionKey(coordinatorKey: key) else { return .invalidRequest }
            return await shares?(partition) ?? .coordinatorNotAvailable
        case .share, nil: return .invalidRequest
        }
    }

    private static func message(_ error: ErrorCode, _ keyType: Int8) -> String {
        switch error {
        case .invalidRequest: "There is no coordinator for keys of type \(keyType)."
        case .groupAuthorizationFailed: "Group authorization failed."
        case .transactionalIDAuthorizationFailed: "Transactional Id authorization failed."
        case .clusterAuthorizationFailed: "Cluster authorization failed."
        default: "The coordinator is not available."
        }
    }
}
