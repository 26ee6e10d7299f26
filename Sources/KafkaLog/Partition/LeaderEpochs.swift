// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// At which offset each leader epoch began (KIP-101), kept in `leader-epoch-checkpoint`.
///
/// The file need not hold an epoch that begins at the log's end: it has no records, and whoever opens the log drops it.
struct LeaderEpochs {
    struct Entry: Equatable {
        var epoch: Int32
        var startOffset: Int64
    }

    /// Both fields grow from entry to entry.
    private(set) var entries: [Entry] = []
    /// What the file holds; nil when there is none.
    private var stored: [Entry]?
    /// A power failure could undo a change of the file.
    private var isUnsynced = false

    var latest: Entry? { entries.last }

    static func read(_ directory: String) throws(LogError) -> LeaderEpochs {
        let path = path(directory)
        var epochs = LeaderEpochs()
        guard let lines = try CheckpointFile.read(path, columns: 2) else { return epochs }
        for words in lines {
            guard let epoch = Int32(words[0]), let offset = Int64(words[1]), epoch >= 0, offset >= 0 else {
                throw LogError(.kafkaStorageError, "\(path) is damaged: malformed line for epoch \(words[0])")
            }
            epochs.assign(epoch, startOffset: offset)
        }
        epochs.stored = epochs.entries
        return epochs
    }

    private static func path(_ directory: String) -> String { "\(directory)/leader-epoch-checkpoint" }

    /// Writes the file if it lacks a change below the log's end. A power failure may undo that; recovery finds the
    /// epochs above the recovery point in the batches again.
    mutating func write(_ directory: String, logEndOffset: Int64) throws(LogError) {
        guard entries != stored else { return }
        if let stored {
            func isNeeded(_ entry: Entry) -> Bool { entry.startOffset < logEndOffset }
            if entries.prefix(while: isNeeded) == stored.prefix(while: isNeeded) { return }
        } else if entries.isEmpty {
            return
        }
        let lines = entries.map { "\($0.epoch) \($0.startOffset)" }
        try CheckpointFile.write(Self.path(directory), lines, durability: .none)
        stored = entries
        isUnsynced = true
    }

    /// The file, if a power failure could undo a change; who synchronizes it says so with `tookFileToSync`.
    func fileToSync(_ directory: String) throws(LogError) -> LogFile? {
        isUnsynced ? try FileSystem.open(Self.path(directory)) : nil
    }

    mutating func tookFileToSync() { isUnsynced = false }

    /// Notes where an epoch begins, unless it is the latest already. Entries that contradict it go.
    mutating func assign(_ epoch: Int32, startOffset: Int64) {
        if let latest, latest.epoch == epoch, latest.startOffset <= startOffset { return }
        while let last = entries.last, last.epoch >= epoch || last.startOffset >= startOffset { entries.removeLast() }
        entries.append(Entry(epoch: epoch, startOffset: startOffset))
    }

    /// The log ends here now.
    mutating func truncate(to endOffset: Int64) {
        while let last = entries.last, last.startOffset >= endOffset { entries.removeLast() }
    }

    /// The log begins here now: the epoch that covers the offset begins there.
    mutating func truncate(from startOffset: Int64) {
        guard let covering = entries.lastIndex(where: { $0.startOffset <= startOffset }) else { return }
        if covering == 0, entries[0].startOffset == startOffset { return }
        entries.removeFirst(covering)
        entries[0].startOffset = startOffset
    }

    mutating func removeAll() { entries = [] }

    /// The largest epoch up to the one asked for, and the offset where the next began; nil when neither is known.
    func endOffset(of epoch: Int32, logEndOffset: Int64) -> (epoch: Int32, endOffset: Int64)? {
        guard epoch >= 0, let latest else { return nil }
        if latest.epoch == epoch { return (epoch, logEndOffset) }
        guard let next = entries.firstIndex(where: { $0.epoch > epoch }) else { return nil }
        return (next > 0 ? entries[next - 1].epoch : epoch, entries[next].startOffset)
    }

    /// The epoch that a record at this offset has.
    func epoch(of offset: Int64) -> Int32? { entries.last { $0.startOffset <= offset }?.epoch }
}
