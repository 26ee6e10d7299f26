// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What a flush has to synchronize, without the log's lock.
struct FlushWork: Sendable {
    var upTo: Int64
    var files: [LogFile]
    /// Set when files were added to the directory.
    var directory: String?

    func run() throws(LogError) {
        for file in files { try file.sync() }
        if let directory { try FileSystem.syncDirectory(directory) }
    }
}

extension PartitionState {
    /// What is needed so that everything below an offset is on disk; nil when it is.
    mutating func prepareFlush(upTo offset: Int64) throws(LogError) -> FlushWork? {
        try checkUsable()
        let offset = min(offset, logEndOffset)
        guard offset > recoveryPoint else { return nil }
        var work = FlushWork(upTo: offset, files: [], directory: nil)
        for segment in segments[(segmentIndex(of: recoveryPoint) ?? 0)...] where segment.baseOffset < offset {
            work.files += syncsIndexes ? try segment.filesToSync() : [try segment.log()]
            if segment.baseOffset >= recoveryPoint { work.directory = directory }
        }
        if let file = try epochs.takeFileToSync(directory) {
            work.files.append(file)
            work.directory = directory
        }
        return work
    }

    mutating func finishFlush(_ work: FlushWork, now: Int64?) {
        // The log may have been cut meanwhile.
        recoveryPoint = max(recoveryPoint, min(work.upTo, logEndOffset))
        if let now { lastFlush = now }
    }
}
