// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// The broker that looks after a group or a transactional id.
struct FoundCoordinator: Sendable {
    /// What kind of name is looked up; the numbers are the protocol's.
    enum Kind: Int8 { case group = 0, transaction = 1 }

    var id: Int32
    var host: String
    var port: Int32

    /// As tables show it, but those of streams groups, which have one space.
    var place: String { "\(host):\(port)  (\(id))" }

    var json: JSON { .members(["id": .number(id), "host": .string(host), "port": .number(port)]) }

    /// Asks until there is one: the topic of the coordinators may have to be made first.
    static func find(_ group: String, kind: Kind = .group, _ cluster: Cluster) async throws -> FoundCoordinator {
        let deadline = ContinuousClock.now + cluster.configuration.defaultAPITimeout
        while true {
            let response: FindCoordinatorResponse = try await cluster.send { (version) throws(ClientError) in
                FindCoordinatorRequest {
                    $0.keyType = kind.rawValue
                    // Versions from 4 on ask for several at a time (KIP-699).
                    if version >= 4 { $0.coordinatorKeys = [group] } else { $0.key = group }
                }
            }
            let found = response.coordinators.first
            let code = found?.errorCode ?? response.errorCode
            if code == .none {
                guard let found else { return Self(id: response.nodeID, host: response.host, port: response.port) }
                return Self(id: found.nodeID, host: found.host, port: found.port)
            }
            guard code.isRetriable, ContinuousClock.now < deadline else {
                throw ClientError(.broker(code), "\(kind) \(group): \(code.clientMessage)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
