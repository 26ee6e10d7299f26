// SPDX-License-Identifier: Apache-2.0

extension Producer {
    /// Takes over the transactional id: what another producer with it has left open is aborted, and it is fenced off.
    ///
    /// To be called once, before anything else.
    public func initTransactions() async throws(ClientError) {
        try await sender.initTransactions()
    }

    /// Begins a transaction: everything appended from now on belongs to it.
    public func beginTransaction() async throws(ClientError) {
        try await sender.beginTransaction()
    }

    /// Commits offsets of a consumer's group as part of the transaction (KIP-447).
    public func sendOffsets(
        _ offsets: [TopicPartition: CommittedOffset], group: ConsumerGroupMetadata
    ) async throws(ClientError) {
        try await sender.sendOffsets(offsets, group)
    }

    /// Delivers everything and commits.
    /// - Throws: why something could not be delivered, in which case the transaction must be aborted.
    public func commitTransaction() async throws(ClientError) {
        try await sender.checkOpen()
        try await flush()
        try await sender.endTransaction(commit: true)
    }

    /// Drops what has not been sent and aborts.
    public func abortTransaction() async throws(ClientError) {
        try await sender.dropTransaction()
        try await flush()
        try await sender.endTransaction(commit: false)
    }
}
