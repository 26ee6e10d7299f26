// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// Walks the headers of a file's batches, their records unread and unchecked.
struct BatchScanner: ~Copyable {
    private static let firstRead = 4096
    private static let largestRead = 1 << 16

    private let file: LogFile
    private let end: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var bufferStart = 0
    private var bufferCount = 0
    private var readSize = Self.firstRead
    /// Where the next batch begins; at the end of the walk, where the last complete one ended.
    private(set) var position: Int

    init(_ file: LogFile, from position: Int, to end: Int) {
        self.file = file
        self.position = position
        self.end = end
        buffer = .allocate(byteCount: Self.largestRead, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// The next batch and where it begins; nil at the end, or where the rest is no complete batch.
    mutating func next() throws(LogError) -> (header: RecordBatchHeader, position: Int)? {
        guard end - position >= RecordBatchHeader.byteCount else { return nil }
        if position + RecordBatchHeader.byteCount > bufferStart + bufferCount { try fill() }
        guard position + RecordBatchHeader.byteCount <= bufferStart + bufferCount else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[(position - bufferStart)..<bufferCount])
        let header = RecordBatchHeader(bytes)
        guard header.magic == RecordBatchHeader.currentMagic, header.byteCount >= RecordBatchHeader.byteCount else {
            throw LogError(.corruptMessage, "\(file.path) holds no valid batch at byte \(position)")
        }
        guard header.byteCount <= end - position else { return nil }
        defer { position += header.byteCount }
        return (header, position)
    }

    private mutating func fill() throws(LogError) {
        // Small batches lie close together: then more of them are read at once.
        if position < bufferStart + bufferCount + readSize, bufferCount > 0 {
            readSize = min(readSize * 2, Self.largestRead)
        }
        let count = min(readSize, end - position)
        bufferStart = position
        bufferCount = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: position)
    }
}
