// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Builds one batch in place: a record's bytes are written once, into the memory that goes to the socket or file.
public struct RecordBatchBuilder: ~Copyable {
    /// Owns the memory that `start` points to; it is nobody else's, so that it neither moves nor is copied.
    private(set) var storage: ByteBuffer
    private(set) var start: UnsafeMutablePointer<UInt8>
    /// Where the next record goes.
    private(set) var position = RecordBatchHeader.byteCount
    /// Bytes that the batch may have before compression, header included.
    public private(set) var capacity: Int
    /// The offset of the first record; 0 in batches that are to be produced.
    public let baseOffset: Int64
    /// The number of records.
    public private(set) var count: Int32 = 0
    let deleteHorizon: Int64?
    private(set) var baseTimestamp: Int64
    private(set) var maxTimestamp: Int64 = -1
    private(set) var lastOffsetDelta: Int32 = -1

    /// A batch without records.
    /// - Parameters:
    ///   - capacity: bytes in all, before compression.
    ///   - baseOffset: the offset of the first record.
    ///   - deleteHorizon: milliseconds since 1970; becomes the base timestamp (KIP-534).
    ///   - memory: of a batch that is done with, to be used again unless somebody else still holds it.
    public init(
        capacity: Int, baseOffset: Int64 = 0, deleteHorizon: Int64? = nil,
        reusing memory: consuming ByteBuffer = ByteBuffer()
    ) {
        // A length of 32 bits bounds a batch.
        self.capacity = min(max(capacity, RecordBatchHeader.byteCount), Int(Int32.max))
        (storage, start) = Self.allocate(self.capacity, reusing: memory)
        self.baseOffset = baseOffset
        self.deleteHorizon = deleteHorizon
        baseTimestamp = deleteHorizon ?? -1
    }

    /// Whether no record has been appended.
    public var isEmpty: Bool { count == 0 }

    /// Bytes of the batch so far, header included, before compression.
    public var byteCount: Int { position }

    /// Appends a record; false if it does not fit, which an empty builder's memory grows to prevent up to 2 GiB.
    public mutating func append(
        timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: RecordHeaders = .none
    ) -> Bool {
        append(offsetDelta: lastOffsetDelta + 1, timestamp: timestamp, key: key, value: value, headers: headers)
    }

    /// Appends a record with headers; false if it does not fit.
    public mutating func append(
        timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: EncodedRecordHeaders
    ) -> Bool {
        headers.withHeaders { append(timestamp: timestamp, key: key, value: value, headers: $0) }
    }

    /// Appends a record of another batch and keeps its offset, which must be in reach of the base offset.
    public mutating func append(_ record: RecordView) throws(RecordError) -> Bool {
        let (delta, overflow) = record.offset.subtractingReportingOverflow(baseOffset)
        guard !overflow, let delta = Int32(exactly: delta), delta >= 0, delta < .max else {
            throw .invalidRecord("Offset \(record.offset) does not belong in a batch that starts at \(baseOffset)")
        }
        return append(
            offsetDelta: delta, timestamp: record.timestamp, key: record.key, value: record.value,
            headers: record.headers)
    }

    /// Appends a record that has a value only, the shortest way; false if it does not fit.
    public mutating func appendValue(_ value: UnsafeRawBufferPointer, timestamp: Int64) -> Bool {
        let timestampDelta = RecordVarint.zigzag(timestamp &- (count == 0 ? firstTimestamp(timestamp) : baseTimestamp))
        let offsetDelta = RecordVarint.zigzag(lastOffsetDelta &+ 1)
        let valueCount = RecordVarint.zigzag(length: value.count)
        // Attributes, the null key and the number of headers take a byte each.
        let body =
            3 + RecordVarint.byteCount(timestampDelta) + RecordVarint.byteCount(offsetDelta)
            + RecordVarint.byteCount(valueCount) + value.count
        guard makeRoom(body) else { return false }
        var next = RecordVarint.write(RecordVarint.zigzag(length: body), to: start + position)
        next[0] = 0
        next = RecordVarint.write(timestampDelta, to: next + 1)
        next = RecordVarint.write(offsetDelta, to: next)
        next[0] = 0x01
        next = RecordVarint.write(valueCount, to: next + 1)
        next = Self.copy(value, to: next)
        next[0] = 0
        note(end: next + 1, offsetDelta: lastOffsetDelta &+ 1, timestamp: timestamp)
        return true
    }

    private mutating func append(
        offsetDelta: Int32, timestamp: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        headers: RecordHeaders
    ) -> Bool {
        let base = count == 0 ? firstTimestamp(timestamp) : baseTimestamp
        let timestampDelta = RecordVarint.zigzag(timestamp &- base)
        let offset = RecordVarint.zigzag(offsetDelta)
        let headerCount = RecordVarint.zigzag(length: headers.count)
        let body =
            1 + RecordVarint.byteCount(timestampDelta) + RecordVarint.byteCount(offset) + Self.byteCount(key)
            + Self.byteCount(value) + RecordVarint.byteCount(headerCount) + headers.bytes.count
        guard makeRoom(body) else { return false }
        var next = RecordVarint.write(RecordVarint.zigzag(length: body), to: start + position)
        next[0] = 0
        next = RecordVarint.write(timestampDelta, to: next + 1)
        next = RecordVarint.write(offset, to: next)
        next = Self.write(key, to: next)
        next = Self.write(value, to: next)
        next = RecordVarint.write(headerCount, to: next)
        next = Self.copy(headers.bytes, to: next)
        note(end: next, offsetDelta: offsetDelta, timestamp: timestamp)
        return true
    }

    @inline(__always)
    private func firstTimestamp(_ timestamp: Int64) -> Int64 {
        deleteHorizon ?? timestamp
    }

    @inline(__always)
    private mutating func note(end: UnsafeMutablePointer<UInt8>, offsetDelta: Int32, timestamp: Int64) {
        if count == 0 { baseTimestamp = firstTimestamp(timestamp) }
        position = end - start
        count &+= 1
        lastOffsetDelta = max(lastOffsetDelta, offsetDelta)
        maxTimestamp = max(maxTimestamp, timestamp)
    }

    /// Whether a record of so many bytes after its length fits.
    @inline(__always)
    private mutating func makeRoom(_ body: Int) -> Bool {
        // Five bytes are the most that the length takes.
        if position + 5 + body <= capacity { return true }
        return makeRoomExactly(body)
    }

    @inline(never)
    private mutating func makeRoomExactly(_ body: Int) -> Bool {
        guard body < Int(Int32.max) - position - 5 else { return false }
        let needed = position + RecordVarint.byteCount(RecordVarint.zigzag(length: body)) + body
        if needed <= capacity { return true }
        guard count == 0 else { return false }
        capacity = needed
        (storage, start) = Self.allocate(needed, reusing: ByteBuffer())
        return true
    }

    private static func allocate(
        _ capacity: Int, reusing memory: consuming ByteBuffer
    ) -> (ByteBuffer, UnsafeMutablePointer<UInt8>) {
        var storage = memory
        storage.clear(minimumCapacity: capacity)
        // The pointer may leave the closure for as long as someone holds the storage, which the buffer does. Nobody
        // else has it yet, so that writing to it changes no other buffer.
        let start = storage.withVeryUnsafeBytesWithStorageManagement { bytes, _ in
            UnsafeMutableRawPointer(mutating: bytes.baseAddress!)
        }
        return (storage, start.assumingMemoryBound(to: UInt8.self))
    }
}

extension RecordBatchBuilder {
    @inline(__always)
    private static func byteCount(_ bytes: UnsafeRawBufferPointer?) -> Int {
        guard let bytes else { return 1 }
        return RecordVarint.byteCount(RecordVarint.zigzag(length: bytes.count)) + bytes.count
    }

    @inline(__always)
    private static func write(
        _ bytes: UnsafeRawBufferPointer?, to position: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        guard let bytes else {
            position[0] = 0x01  // -1
            return position + 1
        }
        return copy(bytes, to: RecordVarint.write(RecordVarint.zigzag(length: bytes.count), to: position))
    }

    @inline(__always)
    private static func copy(
        _ bytes: UnsafeRawBufferPointer, to position: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        guard let source = bytes.baseAddress else { return position }
        UnsafeMutableRawPointer(position).copyMemory(from: source, byteCount: bytes.count)
        return position + bytes.count
    }
}

// The memory belongs to this value alone, and it cannot be copied.
extension RecordBatchBuilder: @unchecked Sendable {}
