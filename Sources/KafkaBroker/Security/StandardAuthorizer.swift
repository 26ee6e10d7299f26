// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Logging
import Synchronization

/// Kafka's own authorizer: super users, and the access control lists of the metadata (KIP-801).
final class StandardAuthorizer: Authorizer {
    /// What `authorizer.class.name` says for it.
    static let className = "org.apache.kafka.metadata.authorizer.StandardAuthorizer"

    private let rules: Mutex<AccessRules>
    private let logger: Logger

    /// - Parameter rules: with the entries that there are.
    init(_ rules: AccessRules, logger: Logger) {
        self.rules = Mutex(rules)
        self.logger = logger
    }

    /// Takes over what changed; whoever asks meanwhile is answered by what was before.
    func change(removing gone: [AclBinding], inserting new: [AclBinding]) {
        var next = rules.withLock { $0 }
        next.index.change(removing: gone, inserting: new)
        rules.withLock { $0 = next }
    }

    func allows(_ access: Access) -> Bool {
        let decision = rules.withLock { $0 }.decide(
            access.operation, access.type, access.name, by: access.principal, from: access.host)
        logger.log(level: Self.level(decision.isAllowed, access.audit), "\(Self.line(access, decision))")
        return decision.isAllowed
    }

    func allowsSomewhere(_ access: Access) -> Bool {
        rules.withLock { $0 }.allowsSomewhere(access.operation, access.type, by: access.principal, from: access.host)
    }

    private static func level(_ isAllowed: Bool, _ audit: Access.Audit) -> Logger.Level {
        switch (isAllowed, audit) {
        case (true, .all), (true, .allowed): .debug
        case (false, .all): .info
        default: .trace
        }
    }

    private static func line(_ access: Access, _ decision: AccessDecision) -> String {
        "Principal = \(access.principal.description.printable) is \(decision.isAllowed ? "Allowed" : "Denied") "
            + "operation = \(AclOperation.name(access.operation.rawValue)) from host = \(access.host) "
            + "on resource = \(access.type.auditName):LITERAL:\(access.name.printable) "
            + "for request = \(access.apiKey) with resourceRefCount = \(access.count) "
            + "based on rule \(VisibleText.of(decision.description))"
    }
}

extension AclResource {
    /// `TransactionalId`, as the log of Kafka's authorizer has it.
    fileprivate var auditName: String {
        switch self {
        case .topic: "Topic"
        case .group: "Group"
        case .cluster: "Cluster"
        case .transactionalID: "TransactionalId"
        case .delegationToken: "DelegationToken"
        case .user: "User"
        }
    }
}
