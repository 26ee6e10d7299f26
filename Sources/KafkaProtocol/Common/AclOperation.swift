// SPDX-License-Identifier: Apache-2.0

/// What access control lists allow or deny, with Kafka's numbers.
public enum AclOperation: Int8, Sendable, CaseIterable {
    /// Every one of those below.
    case all = 2
    /// What it takes to use a resource: to fetch from a topic, to join a group, to produce; `describe` is enough to see
    /// that it is there, and `clusterAction` is for brokers among themselves.
    case read, write, create, delete, alter, describe, clusterAction, describeConfigs, alterConfigs, idempotentWrite
    /// Delegation tokens for somebody else (KIP-373), and transactions of an outer coordinator (KIP-939).
    case createTokens, describeTokens, twoPhaseCommit
}
