// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// At which offset each leader epoch began (KIP-101), kept in `leader-epoch-checkpoint`.
struct LeaderEpochs {
    struct Entry: Equatable {
        var epoch: Int32
        var startOffset: Int64
    }

    /// Both fields grow from entry to entry.
    private(set) var entries: [Entry] = []
    /// The file lacks a change.
    private var isDirty = false
    /// A power failure could undo a change.
    private var isUnsynced = false

    var latest: Entry? { entries.last }

    static func read(_ directory: String) throws(LogError) -> LeaderEpochs {
        let path = path(directory)
        var epochs = LeaderEpochs()
        for words in try CheckpointFile.read(path, columns: 2) {
            guard let epoch = Int32(words[0]), let offset = Int64(words[1]), epoch >= 0, offset >= 0 else {
                throw LogError(.kafkaStorageError, "\(path) is damaged: malformed line for epoch \(words[0])")
            }
            epochs.assign(epoch, startOffset: offset)
        }
        epochs.isDirty = false
        return epochs
    }

    private static func path(_ directory: String) -> String { "\(directory)/leader-epoch-checkpoint" }

    /// Writes the file if it lacks a change. A power failure may undo that unless `sync`; recovery finds the epochs
    /// above the recovery point in the batches again.
    mutating func write(_ directory: String, sync: Bool) throws(LogError) {
        guard isDirty || (sync && isUnsynced) else { return }
        let lines = entries.map { "\($0.epoch) \($0.startOffset)" }
        try CheckpointFile.write(Self.path(directory), lines, sync: sync)
        isDirty = false
        isUnsynced = !sync
    }

    /// The file, if a power failure could undo a change; who takes it synchronizes it.
    mutating func takeFileToSync(_ directory: String) throws(LogError) -> LogFile? {
        guard isUnsynced else { return nil }
        let file = try FileSystem.open(Self.path(directory))
        isUnsynced = false
        return file
    }

    /// Notes where an epoch begins, unless it is the latest already. Entries that contradict it go.
    mutating func assign(_ epoch: Int32, startOffset: Int64) {
        if let latest, latest.epoch == epoch, latest.startOffset <= startOffset { return }
        while let last = entries.last, last.epoch >= epoch || last.startOffset >= startOffset { entries.removeLast() }
        entries.append(Entry(epoch: epoch, startOffset: startOffset))
        isDirty = true
    }

    /// The log ends here now.
    mutating func truncate(to endOffset: Int64) {
        while let last = entries.last, last.startOffset >= endOffset {
            entries.removeLast()
            isDirty = true
        }
    }

    /// The log begins here now: the epoch that covers the offset begins there.
    mutating func truncate(from startOffset: Int64) {
        guard let covering = entries.lastIndex(where: { $0.startOffset <= startOffset }) else { return }
        if covering == 0, entries[0].startOffset == startOffset { return }
        entries.removeFirst(covering)
        entries[0].startOffset = startOffset
        isDirty = true
    }

    mutating func removeAll() {
        isDirty = isDirty || !entries.isEmpty
        entries = []
    }

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
