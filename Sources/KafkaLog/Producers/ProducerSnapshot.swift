// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Files that hold the producers as they were at an offset, so that a start needs not read the whole log.
enum ProducerSnapshot {
    private static let headerByteCount = 10
    private static let entryByteCount = 46

    static func path(_ directory: String, _ offset: Int64) -> String {
        "\(directory)/\(SegmentFiles.name(offset))\(FileKind.snapshot.rawValue)"
    }

    /// Nil when the file is damaged or not there.
    static func read(_ path: String) throws(LogError) -> [ProducerEntry]? {
        guard let bytes = try FileSystem.contents(path) else { return nil }
        return bytes.withUnsafeBytes { decode($0) }
    }

    static func write(_ path: String, _ entries: some Collection<ProducerEntry>) throws(LogError) {
        try FileSystem.replace(path, with: encode(entries), durability: .none)
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> [ProducerEntry]? {
        func field<Value: FixedWidthInteger>(_ offset: Int, _: Value.Type) -> Value {
            Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        guard bytes.count >= headerByteCount, field(0, Int16.self) == 1 else { return nil }
        let count = Int(field(6, Int32.self))
        guard count >= 0, bytes.count == headerByteCount + count * entryByteCount,
            field(2, UInt32.self) == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[6...]))
        else { return nil }
        return (0..<count).map { index in
            let start = headerByteCount + index * entryByteCount
            var entry = ProducerEntry(producerID: field(start, Int64.self))
            entry.epoch = field(start + 8, Int16.self)
            let lastOffset = field(start + 14, Int64.self)
            let timestamp = field(start + 26, Int64.self)
            if lastOffset >= 0 {
                entry.add(
                    BatchMetadata(
                        lastSequence: field(start + 10, Int32.self), lastOffset: lastOffset,
                        offsetDelta: field(start + 22, Int32.self), timestamp: timestamp))
            }
            entry.lastTimestamp = timestamp
            entry.coordinatorEpoch = field(start + 34, Int32.self)
            let transactionStart = field(start + 38, Int64.self)
            entry.transactionStart = transactionStart >= 0 ? transactionStart : nil
            return entry
        }
    }

    static func encode(_ entries: some Collection<ProducerEntry>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerByteCount + entries.count * entryByteCount)
        func put(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
        }
        put(Int16(1))
        put(UInt32(0))
        put(Int32(entries.count))
        for entry in entries {
            let last = entry.batches.last
            put(entry.producerID)
            put(entry.epoch)
            put(last?.lastSequence ?? -1)
            put(last?.lastOffset ?? -1)
            put(last?.offsetDelta ?? 0)
            put(entry.lastTimestamp)
            put(entry.coordinatorEpoch)
            put(entry.transactionStart ?? -1)
        }
        let checksum = bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[6...])) }
        withUnsafeBytes(of: checksum.bigEndian) { bytes.replaceSubrange(2..<6, with: $0) }
        return bytes
    }
}
