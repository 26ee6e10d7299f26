// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Follows the transactions of a log from its beginning on: which records were aborted, and which markers end
/// transactions of which nothing is left.
struct CleanedTransactions {
    private struct Aborted {
        var transaction: AbortedTransaction
        /// Batches of it are still in the log.
        var isSeen = false
    }

    /// In the order of their first offsets.
    private var aborted: ArraySlice<AbortedTransaction>
    private var openAborted: [Int64: Aborted] = [:]
    /// Producers with batches of a transaction that was not aborted.
    private var openCommitted: Set<Int64> = []

    init(_ aborted: [AbortedTransaction]) {
        self.aborted = aborted.sorted { $0.firstOffset < $1.firstOffset }[...]
    }

    /// Whether a batch of records belongs to an aborted transaction.
    mutating func isAborted(_ header: RecordBatchHeader) -> Bool {
        advance(to: header.lastOffset)
        guard header.isTransactional else { return false }
        if openAborted[header.producerID] != nil {
            openAborted[header.producerID]!.isSeen = true
            return true
        }
        openCommitted.insert(header.producerID)
        return false
    }

    /// Takes note of a control batch.
    ///
    /// - Parameter marker: Nil when it is of another kind.
    /// - Returns: Whether nothing of its transaction is left, and what the transaction index must go on saying.
    mutating func end(
        _ header: RecordBatchHeader, _ marker: EndTransactionMarker?
    ) -> (isEmpty: Bool, stillAborted: AbortedTransaction?) {
        advance(to: header.lastOffset)
        // Cleaning has emptied it before.
        guard header.recordCount > 0 else { return (true, nil) }
        guard let marker else { return (false, nil) }
        if marker.isCommit { return (openCommitted.remove(header.producerID) == nil, nil) }
        guard let aborted = openAborted.removeValue(forKey: header.producerID), aborted.isSeen else {
            return (true, nil)
        }
        return (false, aborted.transaction)
    }

    private mutating func advance(to offset: Int64) {
        while let next = aborted.first, next.firstOffset <= offset {
            aborted.removeFirst()
            if openAborted[next.producerID] == nil { openAborted[next.producerID] = Aborted(transaction: next) }
        }
    }
}
