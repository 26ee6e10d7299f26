// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// A `.snapshot`: the producers that a partition knew at an offset.
enum ProducerSnapshotDump {
    private static let entryBytes = 46

    static func run(_ path: String, _ context: Context) throws {
        let file = try DataFile(path)
        let bytes = try file.read(at: 0, count: Int(file.byteCount))
        guard bytes.count >= 10, bytes.integer(at: 0, Int16.self) == 1 else {
            throw CommandError("\(path): at position 0, this is no producer snapshot of version 1")
        }
        let crc: UInt32 = bytes.integer(at: 2)
        let computed = bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[6...])) }
        guard crc == computed else {
            throw CommandError(
                "\(path): corrupt; the checksum at position 2 is \(crc), that of the data is \(computed)")
        }
        let count = Int(bytes.integer(at: 6, Int32.self))
        guard count >= 0, bytes.count == 10 + count * entryBytes else {
            throw CommandError("\(path): \(bytes.count) bytes are not what \(count) producers take")
        }
        for start in stride(from: 10, to: bytes.count, by: entryBytes) {
            let lastSequence: Int32 = bytes.integer(at: start + 10)
            let lastOffset: Int64 = bytes.integer(at: start + 14)
            let delta: Int32 = bytes.integer(at: start + 22)
            let timestamp: Int64 = bytes.integer(at: start + 26)
            let transaction: Int64 = bytes.integer(at: start + 38)
            var line = "producerId: \(bytes.integer(at: start, Int64.self)) "
            line += "producerEpoch: \(bytes.integer(at: start + 8, Int16.self)) "
            line += "coordinatorEpoch: \(bytes.integer(at: start + 34, Int32.self)) "
            line += "currentTxnFirstOffset: \(transaction < 0 ? "OptionalLong.empty" : "OptionalLong[\(transaction)]") "
            line += "lastTimestamp: \(timestamp) "
            if lastOffset >= 0 {
                line += "firstSequence: \(sequence(lastSequence, before: delta)) lastSequence: \(lastSequence) "
                line += "lastOffset: \(lastOffset) offsetDelta: \(delta) timestamp: \(timestamp)"
            }
            context.out.line(line)
        }
    }

    /// Sequence numbers wrap from the largest to 0.
    private static func sequence(_ sequence: Int32, before count: Int32) -> Int32 {
        let difference = Int64(sequence) - Int64(count)
        return Int32(clamping: difference < 0 ? difference + Int64(Int32.max) + 1 : difference)
    }
}

/// A `.txnindex`: the aborted transactions of a segment.
enum TransactionIndexDump {
    private static let entryBytes = 34

    static func run(_ path: String, _ context: Context) throws {
        let file = try DataFile(path)
        let bytes = try file.read(at: 0, count: Int(file.byteCount))
        for start in stride(from: 0, to: bytes.count / entryBytes * entryBytes, by: entryBytes) {
            context.out.line(
                "version: \(bytes.integer(at: start, Int16.self)) "
                    + "producerId: \(bytes.integer(at: start + 2, Int64.self)) "
                    + "firstOffset: \(bytes.integer(at: start + 10, Int64.self)) "
                    + "lastOffset: \(bytes.integer(at: start + 18, Int64.self)) "
                    + "lastStableOffset: \(bytes.integer(at: start + 26, Int64.self))")
        }
        if bytes.count % entryBytes != 0 {
            context.fail(
                "\(path): corrupt; the bytes from position \(bytes.count / entryBytes * entryBytes) are no whole entry")
        }
    }
}
