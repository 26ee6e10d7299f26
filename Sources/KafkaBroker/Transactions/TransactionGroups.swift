// SPDX-License-Identifier: Apache-2.0

/// What transactions ask of the group coordinator.
protocol TransactionGroups: Sendable {
    /// The partition of `__consumer_offsets` that keeps a group's offsets; creates the topic if need be.
    func partition(of groupID: String) async throws(CoordinatorLogError) -> Int32

    /// Offsets that a transaction committed in a partition of `__consumer_offsets` count now, or never will.
    /// The marker is in the partition already.
    func transactionEnded(producerID: Int64, partition: Int32, commit: Bool) async
}

extension GroupCoordinator: TransactionGroups {}
