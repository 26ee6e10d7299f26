// SPDX-License-Identifier: Apache-2.0

/// Where the transaction of a transactional id stands; the numbers are those of `__transaction_state`.
enum TransactionState: Int8, Sendable, CaseIterable {
    /// There is a producer, and it has no transaction yet.
    case empty = 0
    case ongoing = 1
    /// The outcome is decided and written; markers go to the partitions.
    case prepareCommit = 2
    case prepareAbort = 3
    /// All markers are written.
    case completeCommit = 4
    case completeAbort = 5
    /// Expired, about to be removed. Never written: a tombstone is.
    case dead = 6
    /// Kafka's name for fencing a producer before its transaction is aborted. Never written: `prepareAbort` is.
    case prepareEpochFence = 7

    /// Kafka's name, as DescribeTransactions and ListTransactions show it.
    var name: String {
        switch self {
        case .empty: "Empty"
        case .ongoing: "Ongoing"
        case .prepareCommit: "PrepareCommit"
        case .prepareAbort: "PrepareAbort"
        case .completeCommit: "CompleteCommit"
        case .completeAbort: "CompleteAbort"
        case .dead: "Dead"
        case .prepareEpochFence: "PrepareEpochFence"
        }
    }

    init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }

    /// The outcome is decided, but not yet all partitions have its marker.
    var isPrepared: Bool { self == .prepareCommit || self == .prepareAbort }

    /// No transaction is open, so that the id may expire.
    var isIdle: Bool { self == .empty || self == .completeCommit || self == .completeAbort }
}
