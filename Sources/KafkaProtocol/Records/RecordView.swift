// SPDX-License-Identifier: Apache-2.0

/// One record of a batch, read in place; its pointers live until the reader that gave it is used again.
public struct RecordView {
    /// Its place in the partition; in a batch that is to be produced, in the batch.
    public let offset: Int64
    /// Milliseconds since 1970; -1 for none.
    public let timestamp: Int64
    /// Nil for none, which is not the same as no bytes.
    public let key: UnsafeRawBufferPointer?
    /// Nil is a tombstone in a compacted topic.
    public let value: UnsafeRawBufferPointer?
    /// In the order in which they were written.
    public let headers: RecordHeaders
    /// Bytes of the record, uncompressed, its length field included.
    public let sizeInBytes: Int
}

/// A record's parts as they are written, the deltas not yet added up.
struct RecordParts {
    let sizeInBytes: Int
    let timestampDelta: Int64
    let offsetDelta: Int32
    let key: UnsafeRawBufferPointer?
    let value: UnsafeRawBufferPointer?
    let headers: RecordHeaders

    /// Reads the next record and checks that its parts add up to its length.
    @inline(__always)
    init(_ bytes: inout RecordBytes) throws(RecordError) {
        let start = bytes.position
        let bodyCount = try bytes.varint()
        guard bodyCount >= 0, Int(bodyCount) <= bytes.remaining else {
            throw Self.invalidSize(bodyCount, available: bytes.remaining)
        }
        let bodyStart = bytes.position
        _ = try bytes.bytes(Int(bodyCount))
        sizeInBytes = bytes.position - start
        var body = RecordBytes(bodyStart, end: bytes.position)
        _ = try body.bytes(1)  // attributes, none of them in use
        timestampDelta = try body.varlong()
        offsetDelta = try body.varint()
        key = try body.nullableBytes(try body.varint())
        value = try body.nullableBytes(try body.varint())
        let headerCount = try body.varint()
        if headerCount == 0 {
            headers = .none
        } else {
            headers = try Self.readHeaders(headerCount, &body)
        }
        guard body.remaining == 0 else { throw Self.leftOver(body.remaining, of: bodyCount) }
    }

    private static func readHeaders(_ count: Int32, _ body: inout RecordBytes) throws(RecordError) -> RecordHeaders {
        // A header takes two bytes at least.
        guard count >= 0, Int(count) <= body.remaining / 2 else {
            throw .invalidRecord("Found invalid number of record headers \(count)")
        }
        let start = body.position
        for _ in 0..<count { _ = try RecordHeaders.read(&body) }
        return RecordHeaders(
            count: Int(count), bytes: UnsafeRawBufferPointer(start: start, count: body.position - start))
    }

    @inline(never)
    private static func invalidSize(_ size: Int32, available: Int) -> RecordError {
        .invalidRecord("Invalid record size: expected \(size) bytes in record payload, but only \(available) are left")
    }

    @inline(never)
    private static func leftOver(_ count: Int, of size: Int32) -> RecordError {
        .invalidRecord("Invalid record size: \(count) of \(size) bytes belong to no part of the record")
    }
}
