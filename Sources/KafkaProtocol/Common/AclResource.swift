// SPDX-License-Identifier: Apache-2.0

/// What access is granted or denied to, with Kafka's numbers.
public enum AclResource: Int8, Sendable, CaseIterable {
    /// A topic by its name.
    case topic = 2
    /// A group of any type by its id.
    case group = 3
    /// The cluster as a whole, under `clusterName`.
    case cluster = 4
    /// What producers with transactions go by.
    case transactionalID = 5
    /// A delegation token by its id (KIP-48).
    case delegationToken = 6
    /// Somebody for whom tokens are asked, `User:alice` (KIP-373).
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
