// SPDX-License-Identifier: Apache-2.0

import KafkaLog
import KafkaProtocol

/// A segment's `.log`, or a snapshot of the metadata, which has the same form.
struct LogDump: Sendable {
    /// Where offsets are missing between the records of a file, as they may be in a compacted log.
    struct Gaps {
        var path: String
        var pairs: [(before: Int64, after: Int64)] = []

        /// The last gap first, as kafka-dump-log.sh prints them.
        func report(_ context: Context) {
            guard !pairs.isEmpty else { return }
            context.out.flush()
            context.err.line("Non-consecutive offsets in \(path)")
            for pair in pairs.reversed() { context.err.line("  \(pair.before) is followed by \(pair.after)") }
            context.err.flush()
        }
    }

    let path: String
    let printsRecords: Bool
    let decoder: RecordDecoder?
    let skipsMetadata: Bool
    let maxBytes: Int64

    func run(_ context: Context) throws -> Gaps {
        var gaps = Gaps(path: FileSystem.absolute(path))
        let file = try DataFile(path)
        describe(context)
        let end = min(file.byteCount, maxBytes)
        var position: Int64 = 0
        var lastOffset: Int64?
        var reader = RecordBatchReader()
        while let header = try Self.header(of: file, at: position, end: end) {
            let bytes = try file.read(at: position, count: header.byteCount)
            let isValid = bytes.withUnsafeBytes { (try? RecordBatchReader.validate($0)) != nil }
            context.out.line(Self.line(header, at: position, isValid: isValid))
            if !isValid {
                context.fail(
                    "\(path): the batch at position \(position), offsets \(header.baseOffset) to \(header.lastOffset), is corrupt: its checksum does not match"
                )
            } else if printsRecords {
                do {
                    try print(bytes, header, &reader, &lastOffset, &gaps, context)
                } catch {
                    context.fail(
                        "\(path): the batch at position \(position), offsets \(header.baseOffset) to \(header.lastOffset), can't be read: \(error)"
                    )
                }
            }
            // What was reported already is no gap besides.
            if !isValid { lastOffset = header.lastOffset }
            position += Int64(header.byteCount)
        }
        if position < end, maxBytes >= file.byteCount {
            context.out.line("Found \(end - position) invalid bytes at the end of \(FilePathText.name(path))")
            context.fail("\(path): what follows position \(position) is no complete batch (\(end - position) bytes)")
        }
        return gaps
    }

    private func describe(_ context: Context) {
        let name = FilePathText.name(path)
        if name.hasSuffix(".log") {
            context.out.line("Log starting offset: \(FilePathText.baseOffset(path))")
        } else if name == "bootstrap.checkpoint" {
            context.out.line("KRaft bootstrap snapshot")
        } else {
            let parts = (name.split(separator: ".").first ?? "").split(separator: "-")
            let epoch = parts.count > 1 ? Int64(parts[1]) ?? 0 : 0
            context.out.line("Snapshot end offset: \(parts.first.flatMap { Int64($0) } ?? 0), epoch: \(epoch)")
        }
    }

    /// The header of the batch at `position`; nil when no whole batch is there.
    static func header(of file: DataFile, at position: Int64, end: Int64) throws -> RecordBatchHeader? {
        guard end - position >= Int64(RecordBatchHeader.byteCount) else { return nil }
        let bytes = try file.read(at: position, count: RecordBatchHeader.byteCount)
        guard bytes.count == RecordBatchHeader.byteCount else { return nil }
        let header = bytes.withUnsafeBytes { RecordBatchHeader($0) }
        guard header.magic == 2, header.byteCount >= RecordBatchHeader.byteCount,
            Int64(header.byteCount) <= end - position
        else { return nil }
        return header
    }

    private static func line(_ header: RecordBatchHeader, at position: Int64, isValid: Bool) -> String {
        let horizon = header.deleteHorizon.map { "OptionalLong[\($0)]" } ?? "OptionalLong.empty"
        return "baseOffset: \(header.baseOffset) lastOffset: \(header.lastOffset) count: \(header.recordCount) "
            + "baseSequence: \(header.baseSequence) lastSequence: \(header.lastSequence) "
            + "producerId: \(header.producerID) producerEpoch: \(header.producerEpoch) "
            + "partitionLeaderEpoch: \(header.partitionLeaderEpoch) isTransactional: \(header.isTransactional) "
            + "isControl: \(header.isControl) deleteHorizonMs: \(horizon) position: \(position) "
            + "\(timestampType(header)): \(header.maxTimestamp) size: \(header.byteCount) magic: \(header.magic) "
            + "compresscodec: \(header.compression?.name ?? "unknown") crc: \(header.crc) isvalid: \(isValid)"
    }

    private static func timestampType(_ header: RecordBatchHeader) -> String {
        header.timestampType == .logAppendTime ? "LogAppendTime" : "CreateTime"
    }

    private func print(
        _ bytes: [UInt8], _ header: RecordBatchHeader, _ reader: inout RecordBatchReader, _ lastOffset: inout Int64?,
        _ gaps: inout Gaps, _ context: Context
    ) throws {
        try bytes.withUnsafeBytes { batch in
            try reader.forEachRecord(in: batch, header: header) { record in
                if let last = lastOffset, record.offset != last.addingSaturating(1) {
                    if record.offset <= last {
                        context.fail("\(path): offset \(last) is followed by \(record.offset)")
                    }
                    gaps.pairs.append((last, record.offset))
                }
                lastOffset = record.offset
                context.data(line(record, header))
            }
        }
    }

    private func line(_ record: RecordView, _ header: RecordBatchHeader) -> String {
        var parts: [String] = []
        if !skipsMetadata {
            let keys = record.headers.map { String(decoding: $0.key, as: UTF8.self) }.joined(separator: ",")
            parts.append(
                "offset: \(record.offset) \(Self.timestampType(header)): \(record.timestamp) "
                    + "keySize: \(record.key?.count ?? -1) valueSize: \(record.value?.count ?? -1) "
                    + "sequence: \(Self.sequence(record, header)) headerKeys: [\(keys)]")
            if header.isControl { parts.append(ControlRecordText.describe(record)) }
        }
        if !header.isControl, let decoder {
            let (key, value) = decoder.texts(record)
            if let key { parts.append("key: \(key)") }
            if let value { parts.append("payload: \(value)") }
        }
        return "| " + parts.joined(separator: " ")
    }

    private static func sequence(_ record: RecordView, _ header: RecordBatchHeader) -> Int32 {
        guard header.baseSequence >= 0 else { return -1 }
        let sum = Int64(header.baseSequence).addingSaturating(record.offset.subtractingSaturating(header.baseOffset))
        return Int32(clamping: sum > Int64(Int32.max) ? sum - Int64(Int32.max) - 1 : sum)
    }
}
