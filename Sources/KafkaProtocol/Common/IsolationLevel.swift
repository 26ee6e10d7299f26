// SPDX-License-Identifier: Apache-2.0

/// Which records a consumer sees of transactions.
public enum IsolationLevel: Int8, Sendable, CaseIterable {
    case readUncommitted = 0
    case readCommitted = 1

    public var name: String { self == .readCommitted ? "read_committed" : "read_uncommitted" }
}
