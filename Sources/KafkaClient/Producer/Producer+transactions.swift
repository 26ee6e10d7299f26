// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// Transactions, for producers with a `transactional.id`: everything that is written between `beginTransaction` and
/// `commitTransaction` is seen by consumers with `isolation.level=read_committed` as a whole, or not at all.
///
/// An error leaves the producer in one of three states, as in Java's client. If another producer took over the
/// transactional id, or the broker does not let this one use it, every further call throws the same error: close the
/// producer. If the error passes (`ClientError.isRetriable`), which only `initTransactions`, `commitTransaction` and
/// `abortTransaction` throw, call the same function again. After anything else, call `abortTransaction`.
extension Producer {
    /// Takes over the transactional id: what another producer with it has left open is aborted, and it is fenced off.
    ///
    /// To be called once, before anything else. Waits for the end of the former transaction, `max.block.ms` at most.
    public func initTransactions() async throws(ClientError) {
        try await sender.initTransactions()
    }

    /// Begins a transaction: everything appended from now on belongs to it. Asks no broker.
    public func beginTransaction() async throws(ClientError) {
        try await sender.beginTransaction()
    }

    /// Commits offsets of a consumer's group as part of the transaction (KIP-447).
    ///
    /// - Parameters:
    ///   - offsets: of the next records to read.
    ///   - group: what `Consumer.groupMetadata` says, so that a member that has lost its partitions is refused.
    public func sendOffsets(
        _ offsets: [TopicPartition: CommittedOffset], group: ConsumerGroupMetadata
    ) async throws(ClientError) {
        try await sender.sendOffsets(offsets, group)
    }

    /// Delivers everything and commits.
    /// - Throws: why something could not be delivered, in which case the transaction must be aborted. An error that
    ///   passes leaves open whether the transaction is committed; only another `commitTransaction` can tell.
    public func commitTransaction() async throws(ClientError) {
        try await sender.prepareCommit()
        try await flush()
        try await sender.endTransaction(commit: true)
    }

    /// Drops what has not been sent and aborts.
    public func abortTransaction() async throws(ClientError) {
        try await sender.prepareAbort()
        try await flush()
        try await sender.endTransaction(commit: false)
    }
}
