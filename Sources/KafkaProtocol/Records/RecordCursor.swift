// SPDX-License-Identifier: Apache-2.0

/// Takes the records of one batch, decompressed, one after the other.
public struct RecordCursor {
    private var bytes: RecordBytes
    private let baseOffset: Int64
    private let baseTimestamp: Int64
    private let logAppendTime: Int64?
    private var recordsLeft: Int32

    /// `payload` is what follows the header, decompressed.
    public init(_ payload: UnsafeRawBufferPointer, header: RecordBatchHeader) throws(RecordError) {
        bytes = try RecordBytes(payload, header: header)
        baseOffset = header.baseOffset
        baseTimestamp = header.baseTimestamp
        logAppendTime = header.timestampType == .logAppendTime ? header.maxTimestamp : nil
        recordsLeft = header.recordCount
    }

    /// Adds the next records to an array, so many at most; none after the last. Throws as `next` does.
    public mutating func next(_ maxCount: Int, into records: inout [RecordView]) throws(RecordError) {
        var count = 0
        while count < maxCount, let record = try next() {
            records.append(record)
            count += 1
        }
    }

    /// The next record, or nil after the last. Throws where the bytes are no record, or go on after the last.
    @inline(__always)
    public mutating func next() throws(RecordError) -> RecordView? {
        guard recordsLeft > 0 else {
            try bytes.expectEnd()
            return nil
        }
        let parts = try RecordParts(&bytes)
        recordsLeft -= 1
        return RecordView(
            offset: baseOffset &+ Int64(parts.offsetDelta),
            timestamp: logAppendTime ?? baseTimestamp &+ parts.timestampDelta,
            key: parts.key, value: parts.value, headers: parts.headers, sizeInBytes: parts.sizeInBytes)
    }
}

extension RecordBytes {
    /// The start of a batch's records; a count that cannot be refuses it.
    init(_ payload: UnsafeRawBufferPointer, header: RecordBatchHeader) throws(RecordError) {
        // A record takes seven bytes at least: a length and six parts.
        guard header.recordCount >= 0, Int(header.recordCount) <= payload.count / 7 else {
            throw .invalidRecord(
                "Found invalid record count \(header.recordCount) in a batch with \(payload.count) bytes of records")
        }
        guard let start = payload.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            preconditionFailure("the payload of a batch has an address")
        }
        self.init(start, end: start + payload.count)
    }

    @inline(__always)
    func expectEnd() throws(RecordError) {
        guard remaining == 0 else {
            throw .invalidRecord("Incorrect declared batch size: \(remaining) bytes remain after the last record")
        }
    }
}
