// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
public import NIOCore

/// Which records a reader may see.
public enum Isolation: Sendable, Hashable {
    /// All that were written: for the broker itself.
    case logEnd
    /// Up to the high watermark.
    case readUncommitted
    /// Up to the first transaction that is still open.
    case readCommitted
}

/// A range of a segment's file: whole batches, the last of which may be cut anywhere.
public struct LogSlice: Sendable {
    /// Nil when the slice is empty. It keeps the bytes readable whatever becomes of the segment.
    public var file: LogFile?
    /// Bytes from the file's beginning.
    public var position: Int64
    /// Bytes of the range; 0 when there is nothing to read.
    public var byteCount: Int

    static let empty = LogSlice(file: nil, position: 0, byteCount: 0)

    /// Whether there is nothing to read.
    public var isEmpty: Bool { byteCount == 0 }

    /// Copies the bytes, for those who can't send the file's range.
    public func read() throws(LogError) -> ByteBuffer {
        guard let file, byteCount > 0 else { return ByteBuffer() }
        var buffer = ByteBufferAllocator().buffer(capacity: byteCount)
        var failure: LogError?
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { bytes in
            do throws(LogError) {
                return try file.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<byteCount]), at: Int(position))
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return buffer
    }
}

/// What a read found, and the partition's offsets at that moment.
public struct LogReadResult: Sendable {
    /// Where the records are.
    public var slice: LogSlice
    /// Where the partition begins.
    public var logStartOffset: Int64
    /// Behind what consumers may see.
    public var highWatermark: Int64
    /// Behind what readers of committed records may see.
    public var lastStableOffset: Int64
    /// Behind the last record.
    public var logEndOffset: Int64
    /// Those that a reader of this slice must know, in the order of their markers; nil unless reading committed records.
    public var abortedTransactions: [AbortedTransaction]?
}
