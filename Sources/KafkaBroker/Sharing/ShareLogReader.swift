// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// Batches of a log as they were found at an offset: where they lie, and what a share group may have of them.
struct ShareLogSection: Sendable {
    private(set) var batches: [ShareLogBatch] = []
    private var slices: [LogSlice] = []

    /// Walks the batches of a slice until it has so many records behind an offset.
    ///
    /// Only the heads are read: the records go from the file to the client.
    init(_ read: LogReadResult, enough count: Int64, behind offset: Int64) throws(LogError) {
        var aborted = AbortedProducers(read.abortedTransactions ?? [])
        var rest = read.slice
        while rest.byteCount >= RecordBatchHeader.byteCount {
            var head = rest
            head.byteCount = RecordBatchHeader.byteCount
            let header = RecordBatchHeader(try head.read(), at: 0)
            // What the disk says may be anything: a batch whose end lies before its beginning is not handed out.
            guard header.byteCount >= head.byteCount, header.byteCount <= rest.byteCount,
                header.baseOffset >= 0, header.lastOffset >= header.baseOffset, header.lastOffset < .max
            else { break }
            head.byteCount = header.byteCount
            slices.append(head)
            batches.append(
                ShareLogBatch(
                    base: header.baseOffset, last: header.lastOffset, isAborted: aborted.contains(header)))
            if header.nextOffset.subtractingSaturating(offset) >= count { break }
            rest.position += Int64(header.byteCount)
            rest.byteCount -= header.byteCount
        }
    }

    /// The bytes of the batches that have any of the offsets, and of those between them.
    func slice(_ offsets: ClosedRange<Int64>) -> LogSlice? {
        let wanted = batches.indices.filter {
            batches[$0].base <= offsets.upperBound && batches[$0].last >= offsets.lowerBound
        }
        guard let first = wanted.first, let last = wanted.last else { return nil }
        var slice = slices[first]
        slice.byteCount = slices[first...last].reduce(0) { $0 + $1.byteCount }
        return slice
    }
}

/// Finds the batches of aborted transactions, one batch after the other.
private struct AbortedProducers {
    private var coming: [AbortedTransaction]
    private var current: Set<Int64> = []

    init(_ transactions: [AbortedTransaction]) {
        coming = transactions.sorted { $0.firstOffset > $1.firstOffset }
    }

    mutating func contains(_ header: RecordBatchHeader) -> Bool {
        guard header.isTransactional else { return false }
        while let next = coming.last, next.firstOffset <= header.lastOffset {
            current.insert(next.producerID)
            coming.removeLast()
        }
        // Its marker ends the transaction.
        if header.isControl {
            current.remove(header.producerID)
            return false
        }
        return current.contains(header.producerID)
    }
}
