// SPDX-License-Identifier: Apache-2.0

/// A cleaning whose new segments are in the log, and whose files are on their way to their names.
struct Replacement {
    /// Those whose files are still to go.
    var gone: ArraySlice<LogSegment>
    var new: [LogSegment]
    /// The offsets of snapshots that are to go.
    var snapshots: [Int64]
}

extension PartitionState {
    /// Gives the files of a cleaning their names; where that failed before, goes on from there.
    mutating func completeReplacement(now: Int64, beforeRename: () -> Void = {}) throws(LogError) {
        // All old ones go before the first new one gets a name that an old one may have.
        while let segment = replacement?.gone.first {
            segment.release()
            for path in segment.paths {
                beforeRename()
                try doom(path, now: now)
            }
            replacement?.gone.removeFirst()
        }
        for segment in replacement?.new ?? [] { try segment.rename(to: .none, beforeEach: beforeRename) }
        for offset in replacement?.snapshots ?? [] where producers.snapshots.contains(offset) {
            beforeRename()
            try doom(ProducerSnapshot.path(directory, offset), now: now)
            producers.snapshots.removeAll { $0 == offset }
        }
        replacement = nil
    }
}
