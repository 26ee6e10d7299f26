// SPDX-License-Identifier: Apache-2.0

/// What access is granted or denied to, with Kafka's numbers.
public enum AclResource: Int8, Sendable, CaseIterable {
    case topic = 2
    case group = 3
    case cluster = 4
    case transactionalID = 5
    case delegationToken = 6
    case user = 7

    /// The one name of a resource of type `cluster`.
    public static let clusterName = "kafka-cluster"

    /// What can be done with it, `all` included.
    public var operations: [AclOperation] {
        switch self {
        case .topic: [.read, .write, .create, .describe, .delete, .alter, .describeConfigs, .alterConfigs, .all]
        case .group: [.read, .describe, .delete, .describeConfigs, .alterConfigs, .all]
        case .cluster:
            [.create, .clusterAction, .describeConfigs, .alterConfigs, .idempotentWrite, .alter, .describe, .all]
        case .transactionalID: [.describe, .write, .twoPhaseCommit, .all]
        case .delegationToken: [.describe, .all]
        case .user: [.createTokens, .describeTokens, .all]
        }
    }
}
