// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// An `.index` or a `.timeindex`, checked against the log beside it.
struct IndexDump: Sendable {
    enum Check: Sendable {
        /// Print entries and check them.
        case print
        /// Check them only.
        case verify
        /// Only what a broker checks when it opens the file.
        case sanity
    }

    let path: String
    let check: Check

    private struct OffsetEntry {
        var offset: Int64
        var position: Int32
    }

    private var baseOffset: Int64 { FilePathText.baseOffset(path) }

    private func log() throws -> DataFile? {
        let path = FilePathText.sibling(path, ending: ".log")
        return try? DataFile(path)
    }

    /// The entries up to the first one that is all zeros, as a crash may leave them.
    private static func offsetEntries(_ path: String) throws -> [OffsetEntry] {
        let file = try DataFile(path)
        let base = FilePathText.baseOffset(path)
        let bytes = try file.read(at: 0, count: Int(file.byteCount))
        var entries: [OffsetEntry] = []
        for start in stride(from: 0, to: bytes.count / 8 * 8, by: 8) {
            let offset = base &+ Int64(bytes.integer(at: start, Int32.self))
            if offset == base, start > 0 { break }
            entries.append(OffsetEntry(offset: offset, position: bytes.integer(at: start + 4)))
        }
        return entries
    }

    private func sane(_ context: Context, entryBytes: Int64, lastOffset: Int64?) throws -> Bool {
        let byteCount = try DataFile(path).byteCount
        if byteCount % entryBytes != 0 {
            context.fail("\(path): its \(byteCount) bytes are no multiple of the \(entryBytes) of an entry")
            return false
        }
        if let lastOffset, lastOffset < baseOffset {
            context.fail("\(path): its last entry has offset \(lastOffset), less than the base offset \(baseOffset)")
            return false
        }
        return true
    }

    func runOffsets(_ context: Context) throws {
        let entries = try Self.offsetEntries(path)
        if entries.isEmpty { return context.out.line("\(path) is empty.") }
        if check == .sanity {
            if try sane(context, entryBytes: 8, lastOffset: entries.last?.offset) {
                context.out.line("\(path) passed sanity check.")
            }
            return
        }
        let log = try log()
        for entry in entries {
            if let log {
                let header = try LogDump.header(of: log, at: Int64(entry.position), end: log.byteCount)
                if header?.lastOffset != entry.offset {
                    let found = header.map { "\($0.lastOffset)" } ?? "no batch"
                    context.fail(
                        "\(path): entry offset \(entry.offset), position \(entry.position): the log has \(found) there")
                }
            }
            if check == .print { context.out.line("offset: \(entry.offset) position: \(entry.position)") }
        }
    }

    func runTimes(_ context: Context) throws {
        let file = try DataFile(path)
        let bytes = try file.read(at: 0, count: Int(file.byteCount))
        var entries: [(timestamp: Int64, offset: Int64)] = []
        for start in stride(from: 0, to: bytes.count / 12 * 12, by: 12) {
            let offset = baseOffset &+ Int64(bytes.integer(at: start + 8, Int32.self))
            if offset == baseOffset, start > 0 { break }
            entries.append((bytes.integer(at: start), offset))
        }
        if check == .sanity {
            if try sane(context, entryBytes: 12, lastOffset: entries.last?.offset) {
                context.out.line("\(path) passed sanity check.")
            }
            return
        }
        let log = try log()
        let offsets = (try? Self.offsetEntries(FilePathText.sibling(path, ending: ".index"))) ?? []
        var previous: Int64?
        for entry in entries {
            if let log { try verify(entry, log, offsets, context) }
            if let previous, previous >= entry.timestamp {
                context.fail("\(path): timestamp \(entry.timestamp) follows \(previous)")
            }
            previous = entry.timestamp
            if check == .print { context.out.line("timestamp: \(entry.timestamp) offset: \(entry.offset)") }
        }
    }

    /// Looks the offset up in the log; its batch must have the timestamp as its largest.
    private func verify(
        _ entry: (timestamp: Int64, offset: Int64), _ log: DataFile, _ offsets: [OffsetEntry], _ context: Context
    ) throws {
        var position = Int64(offsets.last { $0.offset <= entry.offset }?.position ?? 0)
        while let header = try LogDump.header(of: log, at: position, end: log.byteCount) {
            guard header.lastOffset >= entry.offset else {
                position += Int64(header.byteCount)
                continue
            }
            if header.baseOffset > entry.offset {
                context.fail("\(path): the log has no offset \(entry.offset)")
            } else if header.maxTimestamp != entry.timestamp {
                context.fail(
                    "\(path): offset \(entry.offset) has timestamp \(header.maxTimestamp) in the log and "
                        + "\(entry.timestamp) in the index")
            }
            return
        }
        context.fail("\(path): the log has no offset \(entry.offset)")
    }
}
