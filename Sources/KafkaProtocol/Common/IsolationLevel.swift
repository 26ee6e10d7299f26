// SPDX-License-Identifier: Apache-2.0

/// Which records a consumer sees of transactions.
public enum IsolationLevel: Int8, Sendable, CaseIterable {
    /// All records up to the high watermark.
    case readUncommitted = 0
    /// Records up to the last stable offset, without those of aborted transactions (KIP-98).
    case readCommitted = 1

    /// As `isolation.level` has it.
    public var name: String { self == .readCommitted ? "read_committed" : "read_uncommitted" }
}
