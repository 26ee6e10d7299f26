// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// An entry of an index: its bytes are big-endian, and have the same number in every entry of the index.
protocol IndexEntry {
    static var byteCount: Int { get }
    init(_ bytes: UnsafeRawPointer)
    func write(to bytes: UnsafeMutableRawPointer)
    /// Zeros that Kafka put behind the entries of an index it didn't close.
    var isPadding: Bool { get }
}

/// A file of sorted entries. It is opened when first needed; the newest entries wait in memory, which is safe, as a log
/// that wasn't closed or flushed makes its indexes anew.
struct IndexFile<Entry: IndexEntry> {
    /// Bytes of entries that may wait in memory.
    private static var pendingLimit: Int { 4096 }

    var files: SegmentFiles
    let kind: FileKind
    private var file: LogFile?
    private var pending: [UInt8] = []
    /// Entries in the file; nil until it was looked at.
    private var stored: Int?
    /// The index is being made anew: what is in the file counts for nothing.
    private var isRemade = false

    /// Whether the file holds more than its entries: Kafka made it larger, and was killed before it could cut it.
    private(set) var isPadded = false

    /// With `isEmpty`, a file that doesn't exist yet, or has nothing in it.
    init(files: SegmentFiles, kind: FileKind, isEmpty: Bool) {
        self.files = files
        self.kind = kind
        stored = isEmpty ? 0 : nil
    }

    var path: String { files.path(kind) }

    mutating func count() throws(LogError) -> Int { try storedCount() + pending.count / Entry.byteCount }

    mutating func entry(_ index: Int) throws(LogError) -> Entry {
        let stored = try storedCount()
        if index >= stored { return pendingEntry(index - stored) }
        return try read(from: index, count: 1) { Entry($0) }
    }

    mutating func last() throws(LogError) -> Entry? {
        let count = try count()
        return count > 0 ? try entry(count - 1) : nil
    }

    /// The last entry for which `holds` is true, where it is true for all before as well; and its place.
    mutating func last(where holds: (Entry) -> Bool) throws(LogError) -> (index: Int, entry: Entry)? {
        let stored = try storedCount()
        if !pending.isEmpty, holds(pendingEntry(0)) {
            let index = Self.last(0, pending.count / Entry.byteCount, pendingEntry, holds)
            return (stored + index, pendingEntry(index))
        }
        var low = 0
        var high = stored
        // Down to a page by single reads, then that page at once.
        while high - low > 4096 / Entry.byteCount {
            let middle = low + (high - low) / 2
            if holds(try entry(middle)) { low = middle } else { high = middle }
        }
        guard low < high else { return nil }
        return try read(from: low, count: high - low) { bytes in
            let at = { (index: Int) in Entry(bytes + index * Entry.byteCount) }
            guard holds(at(0)) else { return nil }
            let index = Self.last(0, high - low, at, holds)
            return (low + index, at(index))
        }
    }

    /// Between `low`, for which `holds`, and `high`, for which it doesn't.
    private static func last(_ low: Int, _ high: Int, _ at: (Int) -> Entry, _ holds: (Entry) -> Bool) -> Int {
        var low = low
        var high = high
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if holds(at(middle)) { low = middle } else { high = middle }
        }
        return low
    }

    mutating func append(_ entry: Entry) {
        withUnsafeTemporaryAllocation(byteCount: Entry.byteCount, alignment: 8) { bytes in
            entry.write(to: bytes.baseAddress!)
            pending.append(contentsOf: bytes)
        }
    }

    /// Writes waiting entries if they are many; when that fails they go on waiting, and `write` reports it.
    mutating func writeIfMany() {
        guard pending.count >= Self.pendingLimit, !isRemade else { return }
        try? write()
        // Thousands of partitions would run out of open files, and the next write is far away.
        release()
    }

    /// Writes the entries that wait.
    mutating func write() throws(LogError) {
        if isRemade { return try replace() }
        guard !pending.isEmpty else { return }
        let position = try storedCount() * Entry.byteCount
        let file = try opened()
        let failure: LogError? = pending.withUnsafeBytes { bytes in
            do throws(LogError) {
                try file.write(bytes, at: position)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        stored! += pending.count / Entry.byteCount
        pending = []
    }

    /// Puts the entries into the place of the old ones as a whole: half an index would look like one with few entries.
    private mutating func replace() throws(LogError) {
        if pending.isEmpty, kind == .transactionIndex {
            // There is no file without a transaction.
            try FileSystem.remove(path)
        } else {
            try FileSystem.replace(path, with: pending, durability: .none)
        }
        stored = pending.count / Entry.byteCount
        pending = []
        isRemade = false
    }

    /// Writes what waits, cuts what Kafka put behind, and hands out the file to be synchronized; nil when it is empty.
    mutating func finish() throws(LogError) -> LogFile? {
        try write()
        let byteCount = try storedCount() * Entry.byteCount
        guard byteCount > 0 || file != nil else { return nil }
        let file = try opened()
        if try file.byteCount() != byteCount { try file.truncate(to: byteCount) }
        return byteCount > 0 ? file : nil
    }

    mutating func truncate(to count: Int) throws(LogError) {
        let stored = try storedCount()
        if count >= stored {
            pending.removeLast(max(0, pending.count - (count - stored) * Entry.byteCount))
        } else {
            pending = []
            try opened().truncate(to: count * Entry.byteCount)
            self.stored = count
        }
    }

    /// Begins the index anew; the file stays as it is until `write` replaces it.
    mutating func reset() {
        pending = []
        stored = 0
        file = nil
        isPadded = false
        isRemade = true
    }

    /// Lets go of the file until it is needed again.
    mutating func release() { file = nil }

    private func pendingEntry(_ index: Int) -> Entry {
        pending.withUnsafeBytes { Entry($0.baseAddress! + index * Entry.byteCount) }
    }

    private mutating func opened() throws(LogError) -> LogFile {
        if let file { return file }
        let opened = try FileSystem.openOrCreate(path)
        file = opened
        return opened
    }

    private mutating func storedCount() throws(LogError) -> Int {
        if let stored { return stored }
        guard let status = try FileSystem.status(path) else {
            stored = 0
            return 0
        }
        var count = status.byteCount / Entry.byteCount
        stored = count
        do throws(LogError) {
            if count > 0, try entry(count - 1).isPadding {
                // Everything from some entry on is zeros.
                count = try last(where: { !$0.isPadding }).map { $0.index + 1 } ?? 0
            }
        } catch {
            // It must be looked at again.
            stored = nil
            throw error
        }
        stored = count
        isPadded = status.byteCount != count * Entry.byteCount
        return count
    }

    private mutating func read<Result>(
        from index: Int, count: Int, _ body: (UnsafeRawPointer) -> Result
    ) throws(LogError) -> Result {
        let file = try opened()
        let position = index * Entry.byteCount
        let byteCount = count * Entry.byteCount
        let result: Swift.Result<Result, LogError> = withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 8) {
            bytes in
            do throws(LogError) {
                guard try file.read(into: bytes, at: position) == byteCount else {
                    throw LogError(.kafkaStorageError, "\(path) is shorter than it was, at byte \(position)")
                }
                return .success(body(UnsafeRawPointer(bytes.baseAddress!)))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
