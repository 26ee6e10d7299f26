// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    /// The producers of a log that has just been opened.
    mutating func loadProducers(afterCleanStop: Bool, now: Int64) throws(LogError) {
        if afterCleanStop, producers.snapshots.isEmpty {
            // A clean stop without a snapshot: no broker of today wrote here, so there are no producers to know.
            producers.endOffset = logEndOffset
        } else {
            let (start, end) = (logStartOffset, logEndOffset)
            try removeSnapshots { $0 > end || $0 <= start }
            // Recovery may have begun before the latest snapshot, which knows producers whose records are gone.
            if let latest = producers.snapshots.last, latest > producers.snapshotOffset { producers.endOffset = -1 }
            if producers.endOffset != logEndOffset || producers.entries.isEmpty {
                try rebuildProducers(upTo: logEndOffset, within: 0...segments.count - 1, now: now)
            }
        }
        try writeSnapshotIfRoom()
    }

    /// Has the producers known as they are at the log's end, if something failed to read them before.
    mutating func learnProducers(now: Int64) throws(LogError) {
        guard producers.endOffset != logEndOffset else { return }
        do throws(LogError) {
            try rebuildProducers(upTo: logEndOffset, within: 0...segments.count - 1, now: now)
        } catch {
            producers.forget()
            throw error
        }
    }

    /// The producers as they were at an offset: from the latest snapshot before, and the batches behind it.
    mutating func rebuildProducers(upTo end: Int64, within range: ClosedRange<Int>, now: Int64) throws(LogError) {
        if producers.endOffset == end, end > 0 { return }
        producers.removeAll()
        producers.endOffset = logStartOffset
        producers.snapshotOffset = -1
        while let offset = producers.snapshots.last(where: { $0 <= end && $0 > logStartOffset }) {
            let path = ProducerSnapshot.path(directory, offset)
            if let entries = try ProducerSnapshot.read(path) {
                producers.load(entries, now: now)
                producers.endOffset = offset
                producers.snapshotOffset = offset
                break
            }
            try FileSystem.remove(path)
            producers.snapshots.removeAll { $0 == offset }
        }
        for segment in segments[range] where producers.endOffset < end {
            try segment.replay(from: producers.endOffset, to: end, &producers)
        }
        producers.endOffset = max(producers.endOffset, end)
    }

    mutating func removeSnapshots(where isStale: (Int64) -> Bool) throws(LogError) {
        for offset in producers.snapshots where isStale(offset) {
            try FileSystem.remove(ProducerSnapshot.path(directory, offset))
        }
        producers.snapshots.removeAll(where: isStale)
    }

    /// Keeps the snapshots where segments begin, and the latest one if it lies in the active segment. The files of the
    /// others go with what else is due: each stop may leave one, and a start need not wait for thousands.
    mutating func forgetStraySnapshots(now: Int64) {
        let bases = Set(segments.map(\.baseOffset))
        let (end, activeBase) = (logEndOffset, active.baseOffset)
        // What lies behind the log's end tells of lost records, and goes at once when the producers are loaded.
        let latestStray = producers.snapshots.last { $0 <= end && !bases.contains($0) }
        let isForgotten = { $0 <= end && !bases.contains($0) && ($0 != latestStray || $0 < activeBase) }
        doomed += producers.snapshots.filter(isForgotten).map { (ProducerSnapshot.path(directory, $0), now) }
        producers.snapshots.removeAll(where: isForgotten)
    }
}

extension LogSegment {
    /// Takes the batches of `from..<to` into account.
    fileprivate func replay(from: Int64, to: Int64, _ producers: inout ProducerState) throws(LogError) {
        guard byteCount > 0 else { return }
        var scanner = BatchScanner(try log(), from: try offsetIndex.lookup(from).position, to: byteCount)
        while let (header, position) = try scanner.next(), header.baseOffset < to {
            guard header.lastOffset >= from else { continue }
            producers.endOffset = header.nextOffset
            guard header.hasProducerID else { continue }
            let bytes = header.isControl ? try bytes(at: position, count: header.byteCount) : []
            let completed = try bytes.withUnsafeBytes { batch -> Swift.Result<CompletedTransaction?, LogError> in
                do throws(LogError) {
                    return .success(try producers.replay(header, batch))
                } catch {
                    return .failure(error)
                }
            }.get()
            if let completed { _ = producers.complete(completed) }
        }
    }
}

extension ProducerState {
    /// Takes a batch of the log into account; of a control batch, its bytes are needed.
    mutating func replay(
        _ header: RecordBatchHeader, _ bytes: UnsafeRawBufferPointer
    ) throws(LogError) -> CompletedTransaction? {
        var update = prepare(header.producerID, origin: .replication)
        var completed: CompletedTransaction?
        if header.isControl {
            if let (marker, time) = try Self.marker(in: bytes, header) {
                completed = try update.append(
                    marker, epoch: header.producerEpoch, offset: header.baseOffset, timestamp: time)
            }
        } else {
            try update.append(header)
        }
        take(update)
        return completed
    }

    private static func marker(
        in bytes: UnsafeRawBufferPointer, _ header: RecordBatchHeader
    ) throws(LogError) -> (marker: EndTransactionMarker, timestamp: Int64)? {
        let inspector = BatchInspector.borrow()
        defer { BatchInspector.giveBack(inspector) }
        do throws(RecordError) {
            return try inspector.reader.endTransactionMarker(in: bytes, header: header)
        } catch {
            throw LogError(.corruptMessage, "Control batch at offset \(header.baseOffset): \(error)")
        }
    }
}
