// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    /// Cuts the records from an offset on; false when there are none.
    mutating func truncate(to offset: Int64, now: Int64) throws(LogError) -> Bool {
        try checkUsable()
        guard offset < logEndOffset else { return false }
        if offset < segments[0].baseOffset {
            try truncateFully(startingAt: offset, now: now)
            return true
        }
        truncations += 1
        let gone = segments.filter { $0.baseOffset > offset }
        segments.removeLast(gone.count)
        try doom(gone, now: now)
        try active.truncate(to: offset, now: now)
        logEndOffset = offset
        logStartOffset = min(logStartOffset, offset)
        highWatermark = min(highWatermark, offset)
        recoveryPoint = min(recoveryPoint, offset)
        epochs.truncate(to: offset)
        try writeEpochs()
        try removeSnapshots { $0 > offset }
        producers.removeAll()
        producers.endOffset = -1
        try rebuildProducers(upTo: offset, within: 0...segments.count - 1, now: now)
        return true
    }

    /// Removes all records; the next one gets this offset.
    mutating func truncateFully(startingAt offset: Int64, now: Int64) throws(LogError) {
        try checkUsable()
        truncations += 1
        try removeSnapshots { _ in true }
        try doom(segments, now: now)
        segments = [try LogSegment.create(files: segmentFiles(offset), config: config, now: now)]
        logStartOffset = offset
        logEndOffset = offset
        highWatermark = offset
        recoveryPoint = offset
        epochs.removeAll()
        try writeEpochs()
        producers.removeAll()
        producers.endOffset = offset
    }
}
