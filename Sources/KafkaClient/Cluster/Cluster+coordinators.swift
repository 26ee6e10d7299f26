// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

struct CoordinatorKey: Hashable, Sendable {
    enum Kind: Int8, Sendable {
        case group = 0
        case transaction = 1
        case share = 2
    }

    var kind: Kind
    var name: String
}

extension Cluster {
    /// The broker that coordinates a group or transactional id; from memory if it was asked for before.
    func coordinator(
        _ kind: CoordinatorKey.Kind, _ name: String, deadline: ContinuousClock.Instant
    ) async throws(ClientError) -> Int32 {
        let key = CoordinatorKey(kind: kind, name: name)
        if let known = coordinators[key] { return known }
        let what =
            kind == .transaction ? "the coordinator of transactional id \(name)" : "the coordinator of group \(name)"
        return try await retrying(until: deadline, retryBackoff, what, troubles: troubles) { () throws(ClientError) in
            let found = try await findCoordinator(kind, name, deadline: deadline)
            guard found.errorCode == .none else {
                throw ClientError(found.errorCode, "finding \(what)", found.errorMessage)
            }
            if nodes[found.nodeID] == nil {
                let address = BrokerAddress(host: found.host, port: Int(found.port))
                if !nodes.isEmpty { isSingle = false }
                nodes[found.nodeID] = Broker(id: found.nodeID, address: address, rack: nil)
            }
            coordinators[key] = found.nodeID
            return found.nodeID
        }
    }

    /// To be called when a broker says that it is not, or can't be reached.
    func forgetCoordinator(_ kind: CoordinatorKey.Kind, _ name: String) {
        coordinators[CoordinatorKey(kind: kind, name: name)] = nil
    }

    private func findCoordinator(
        _ kind: CoordinatorKey.Kind, _ name: String, deadline: ContinuousClock.Instant
    ) async throws(ClientError) -> FindCoordinatorResponse.Coordinator {
        let response: FindCoordinatorResponse = try await send(timeout: deadline.remaining) {
            (version) -> FindCoordinatorRequest in
            FindCoordinatorRequest {
                $0.keyType = kind.rawValue
                if version >= 4 { $0.coordinatorKeys = [name] } else { $0.key = name }
            }
        }
        if let found = response.coordinators.first { return found }
        return FindCoordinatorResponse.Coordinator {
            $0.key = name
            $0.nodeID = response.nodeID
            $0.host = response.host
            $0.port = response.port
            $0.errorCode = response.errorCode
            $0.errorMessage = response.errorMessage
        }
    }
}
