// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Says who may do what. Asked once for a resource of a request, never for a record.
protocol Authorizer: Sendable {
    /// - Parameter host: the client's address as Kafka prints it, `/127.0.0.1`.
    func allows(
        _ operation: AclOperation, _ type: AclResource, _ name: String, to principal: Principal, from host: String
    ) -> Bool
}

/// Everybody may do everything.
struct AllowAll: Authorizer {
    func allows(
        _ operation: AclOperation, _ type: AclResource, _ name: String, to principal: Principal, from host: String
    ) -> Bool { true }
}
