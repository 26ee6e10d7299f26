// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension CleaningRun {
    /// Reads the dirty segments until the map knows the last offset of each key in them, or is full.
    mutating func readKeys(_ segments: [CleanableSegment]) throws(LogError) {
        let start = range.firstDirtyOffset
        let end = range.firstUncleanableOffset
        map.latestOffset = start - 1
        var transactions = CleanedTransactions(try log.abortedTransactions(from: start, to: end))
        for segment in segments where segment.endOffset > start {
            let opened = try open(segment, at: start)
            var batches = SegmentBatches(segment, opened.file, from: opened.position)
            while let (header, bytes) = try batches.next() {
                report.indexedBytes += Int64(bytes.count)
                try advance(bytes.count)
                do throws(RecordError) {
                    guard try readKeys(header, bytes, &transactions) else { return }
                } catch {
                    throw LogError(.corruptMessage, "\(opened.file.path), batch at \(header.baseOffset): \(error)")
                }
                map.latestOffset = max(map.latestOffset, header.lastOffset)
            }
            // Offsets may be missing at the end.
            map.latestOffset = segment.endOffset.subtractingSaturating(1)
        }
    }

    /// False when the map is full before the end of the batch.
    private mutating func readKeys(
        _ header: RecordBatchHeader, _ batch: UnsafeRawBufferPointer, _ transactions: inout CleanedTransactions
    ) throws(RecordError) -> Bool {
        if header.isControl {
            let marker = try filter.reader.endTransactionMarker(in: batch, header: header)?.marker
            _ = transactions.end(header, marker)
            return true
        }
        // A key of an aborted transaction replaces nothing.
        if transactions.isAborted(header) { return true }
        filter.block.begin(try filter.reader.records(in: batch, header: header))
        while try filter.block.next(map) {
            var keys = filter.block.keys.makeIterator()
            for record in filter.block.records where record.key != nil {
                guard let key = keys.next(), record.offset >= range.firstDirtyOffset else { continue }
                guard map.put(key, record.offset) else { return false }
                map.latestOffset = record.offset
            }
        }
        return true
    }
}
