// SPDX-License-Identifier: Apache-2.0

/// How the members of a group come to their assignments.
enum GroupType: String, Sendable, CaseIterable {
    case classic, consumer, share
}
