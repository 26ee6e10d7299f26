// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    /// Begins a new segment at an offset, and writes down the producers as they are there.
    mutating func roll(to offset: Int64, now: Int64) throws(LogError) {
        try checkWritable()
        if active.baseOffset == offset, active.byteCount == 0 { return }
        try active.becameInactive()
        let known = producers.endOffset
        producers.endOffset = offset
        do throws(LogError) {
            // Before the segment, so that nothing is left to do once it is there.
            try writeSnapshot()
            segments.append(try createSegment(at: offset, now: now))
        } catch {
            producers.endOffset = known
            throw error
        }
    }

    /// The same while a log is opened: without room for it, the next start has more to read, and that is all.
    mutating func writeSnapshotIfRoom() throws(LogError) {
        do throws(LogError) { try writeSnapshot() } catch  where error.isOutOfSpace {}
    }

    /// Writes the producers as they are at the end of the log, unless that was done or the log is empty.
    mutating func writeSnapshot() throws(LogError) {
        let offset = producers.endOffset
        guard offset > (producers.snapshots.last ?? logStartOffset) else { return }
        let path = ProducerSnapshot.path(directory, offset)
        try ProducerSnapshot.write(path, producers.entries.values)
        // One of the same offset may have been forgotten when the log was opened.
        doomed.removeAll { $0.path == path }
        producers.snapshots.append(offset)
        producers.snapshotOffset = offset
    }
}
