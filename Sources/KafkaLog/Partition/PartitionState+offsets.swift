// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What ListOffsets asks for.
public enum OffsetSpec: Sendable, Hashable {
    /// The log start offset (-2).
    case earliest
    /// Behind the last record that the reader may see (-1).
    case latest
    /// The first record with the largest timestamp (-3).
    case maxTimestamp
    /// The first record at or after this time, in milliseconds since 1970.
    case timestamp(Int64)
}

/// Where a record is, and when it was.
public struct TimestampAndOffset: Sendable, Equatable {
    /// -1 for a place that is no record.
    public var timestamp: Int64
    /// The record's offset, or -1 if there is none.
    public var offset: Int64
    /// Nil when it isn't known.
    public var leaderEpoch: Int32?

    /// A place in the log.
    public init(timestamp: Int64, offset: Int64, leaderEpoch: Int32?) {
        self.timestamp = timestamp
        self.offset = offset
        self.leaderEpoch = leaderEpoch
    }
}

extension PartitionState {
    mutating func offset(for spec: OffsetSpec, isolation: Isolation) throws(LogError) -> TimestampAndOffset? {
        try checkUsable()
        let found: TimestampAndOffset?
        switch spec {
        case .earliest:
            let first = epochs.entries.first.flatMap { $0.startOffset <= logStartOffset ? $0.epoch : nil }
            return TimestampAndOffset(timestamp: -1, offset: logStartOffset, leaderEpoch: first)
        case .latest:
            return TimestampAndOffset(
                timestamp: -1, offset: bound(isolation), leaderEpoch: epochs.latest?.epoch)
        case .maxTimestamp: found = try offsetOfLargestTimestamp()
        case .timestamp(let time): found = try offset(atOrAfter: time)
        }
        return found.flatMap { $0.offset < bound(isolation) ? $0 : nil }
    }

    private func offset(atOrAfter time: Int64) throws(LogError) -> TimestampAndOffset? {
        for segment in segments where try segment.retentionTimestamp() >= time {
            let near = try segment.timeIndex.lookup(time)
            return try segment.firstRecord(from: max(near.offset, logStartOffset)) {
                $0.timestamp >= time && $0.offset >= logStartOffset
            } inBatches: {
                $0.maxTimestamp >= time
            }
        }
        return nil
    }

    private func offsetOfLargestTimestamp() throws(LogError) -> TimestampAndOffset? {
        var newest: (segment: LogSegment, timestamp: Int64, offset: Int64)?
        for segment in segments {
            let (timestamp, offset) = try segment.largestTimestamp()
            if timestamp > newest?.timestamp ?? -1 { newest = (segment, timestamp, offset) }
        }
        guard let newest else { return nil }
        return try newest.segment.firstRecord(from: newest.offset) {
            $0.timestamp == newest.timestamp
        } inBatches: {
            $0.maxTimestamp == newest.timestamp
        }
    }
}

extension LogSegment {
    /// The first record that is wanted, in batches that may have such, from the one on that holds an offset.
    fileprivate func firstRecord(
        from offset: Int64, where isWanted: (RecordView) -> Bool, inBatches mayHaveSome: (RecordBatchHeader) -> Bool
    ) throws(LogError) -> TimestampAndOffset? {
        var scanner = BatchScanner(try log(), from: try offsetIndex.lookup(offset).position, to: byteCount)
        while let (header, position) = try scanner.next() {
            guard mayHaveSome(header) else { continue }
            let found = try withRecords(at: position, header) {
                (records: inout RecordCursor) throws(RecordError) -> TimestampAndOffset? in
                while let record = try records.next() {
                    if isWanted(record) {
                        return TimestampAndOffset(
                            timestamp: record.timestamp, offset: record.offset,
                            leaderEpoch: header.partitionLeaderEpoch >= 0 ? header.partitionLeaderEpoch : nil)
                    }
                }
                return nil
            }
            if let found { return found }
        }
        return nil
    }

    /// Reads a batch and hands out its records.
    func withRecords<Result>(
        at position: Int, _ header: RecordBatchHeader,
        _ body: (inout RecordCursor) throws(RecordError) -> Result
    ) throws(LogError) -> Result {
        let batch = try bytes(at: position, count: header.byteCount)
        let inspector = BatchInspector.borrow()
        defer { BatchInspector.giveBack(inspector) }
        do throws(RecordError) {
            // Typed errors don't come through the closures of the standard library.
            let result: Swift.Result<Result, RecordError> = batch.withUnsafeBytes { bytes in
                do throws(RecordError) {
                    var records = try inspector.reader.records(in: bytes, header: header)
                    return .success(try body(&records))
                } catch {
                    return .failure(error)
                }
            }
            return try result.get()
        } catch {
            throw LogError(.corruptMessage, "\(files.path(.log)) at byte \(position): \(error)")
        }
    }

    func bytes(at position: Int, count: Int) throws(LogError) -> [UInt8] {
        let log = try log()
        var failure: LogError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(LogError) {
                initialized = try log.read(into: UnsafeMutableRawBufferPointer(buffer), at: position)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard bytes.count == count else {
            throw LogError(.kafkaStorageError, "\(log.path) is shorter than it was, at byte \(position)")
        }
        return bytes
    }
}
