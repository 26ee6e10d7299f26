// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension PartitionState {
    var byteCount: Int64 { segments.reduce(0) { $0 + Int64($1.byteCount) } }

    /// Removes segments that lie below the log start, or are beyond the limits of time and size; the newest stay.
    mutating func enforceRetention(now: Int64) throws(LogError) -> [LogSegment] {
        try checkUsable()
        try completeReplacement(now: now)
        var gone = try removeFirst(now: now) { (state, index) throws(LogError) in
            index + 1 < state.segments.count && state.segments[index + 1].baseOffset <= state.logStartOffset
        }
        guard config.cleanupPolicy.contains(.delete) else { return gone }
        if config.retentionBytes >= 0 {
            var excess = byteCount - config.retentionBytes
            gone += try removeFirst(now: now) { (state, index) throws(LogError) in
                excess -= Int64(state.segments[index].byteCount)
                return excess >= 0
            }
        }
        if config.retentionMs >= 0 {
            let retention = config.retentionMs
            gone += try removeFirst(now: now) { (state, index) throws(LogError) in
                now.subtractingSaturating(try state.segments[index].retentionTimestamp()) > retention
            }
        }
        return gone
    }

    /// Removes segments from the front for as long as they may go; an empty active one stays.
    private mutating func removeFirst(
        now: Int64, while mayGo: (PartitionState, Int) throws(LogError) -> Bool
    ) throws(LogError) -> [LogSegment] {
        var count = 0
        while count < segments.count {
            let isActive = count == segments.count - 1
            let end = isActive ? logEndOffset : segments[count + 1].baseOffset
            if highWatermark < end || (isActive && segments[count].byteCount == 0) { break }
            if try !mayGo(self, count) { break }
            count += 1
        }
        guard count > 0 else { return [] }
        var failure: LogError?
        if count == segments.count {
            // There is always an active segment. Where there can't be another, the others go: they may be what is in
            // its way.
            do throws(LogError) {
                try roll(to: logEndOffset, now: now)
            } catch {
                failure = error
                count -= 1
            }
        }
        try advanceLogStart(to: segments[count].baseOffset)
        var gone: [LogSegment] = []
        for _ in 0..<count {
            try doom(segments[0], now: now)
            gone.append(segments.removeFirst())
        }
        if let failure { throw failure }
        return gone
    }

    /// Records below an offset can't be read any more.
    mutating func advanceLogStart(to offset: Int64) throws(LogError) {
        try checkUsable()
        guard offset <= highWatermark else {
            throw LogError(
                .offsetOutOfRange,
                "Cannot increment the log start offset to \(offset) of partition \(topicPartition) "
                    + "since it is larger than the high watermark \(highWatermark)")
        }
        guard offset > logStartOffset else { return }
        logStartOffset = offset
        recoveryPoint = max(recoveryPoint, offset)
        producers.endOffset = max(producers.endOffset, offset)
        epochs.truncate(from: offset)
        writeEpochsIfPossible()
    }
}
