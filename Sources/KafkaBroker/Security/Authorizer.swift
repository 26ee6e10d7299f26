// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// What somebody wants to do with a resource.
struct Access: Sendable {
    /// Which answers the log is to tell of.
    enum Audit: Sendable {
        case all
        /// Who may not is given less, and not refused.
        case allowed
        /// Nobody asked for access: it is told what it may do.
        case none
    }

    /// Of the request.
    var apiKey: APIKey
    var principal: Principal
    /// The client's address.
    var host: Substring
    var operation: AclOperation
    var type: AclResource
    var name: String
    /// How often the request names the resource.
    var count = 1
    var audit = Audit.all
}

/// Says who may do what. Asked once for a resource of a request, never for a record.
protocol Authorizer: Sendable {
    func allows(_ access: Access) -> Bool
    /// Whether it is allowed with any resource of the type, whatever the name that is said.
    func allowsSomewhere(_ access: Access) -> Bool
}
