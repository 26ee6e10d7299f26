// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What a flush has to synchronize, without the log's lock; all of it is open.
struct FlushWork: Sendable {
    var upTo: Int64
    var files: [LogFile]

    func run() throws(LogError) {
        for file in files { try file.sync() }
    }
}

extension PartitionState {
    /// What is needed so that everything below an offset is on disk; nil when it is.
    mutating func prepareFlush(upTo offset: Int64) throws(LogError) -> FlushWork? {
        try checkWritable()
        let offset = min(offset, logEndOffset)
        guard offset > recoveryPoint else { return nil }
        var work = FlushWork(upTo: offset, files: [])
        var addsFiles = false
        for segment in segments[(segmentIndex(of: recoveryPoint) ?? 0)...] where segment.baseOffset < offset {
            work.files += syncsIndexes ? try segment.filesToSync() : [try segment.log()]
            if segment.baseOffset >= recoveryPoint { addsFiles = true }
        }
        let file = try epochs.fileToSync(directory)
        if let file { work.files.append(file) }
        if addsFiles || file != nil { work.files.append(try FileSystem.openDirectory(directory)) }
        epochs.tookFileToSync()
        return work
    }

    mutating func finishFlush(_ work: FlushWork, now: Int64?) {
        // The log may have been cut meanwhile.
        recoveryPoint = max(recoveryPoint, min(work.upTo, logEndOffset))
        if let now { lastFlush = now }
    }
}
