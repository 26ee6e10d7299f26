// SPDX-License-Identifier: Apache-2.0

/// What access control lists allow or deny, with Kafka's numbers.
public enum AclOperation: Int8, Sendable, CaseIterable {
    case all = 2
    case read, write, create, delete, alter, describe, clusterAction, describeConfigs, alterConfigs, idempotentWrite
    case createTokens, describeTokens, twoPhaseCommit
}
