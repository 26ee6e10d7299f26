// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol

/// Reads a file's batches whole and checks them, as fast as the disk gives them.
package struct BatchFileReader: ~Copyable {
    private static let readSize = 1 << 20

    private let file: LogFile
    private let end: Int
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var count = 0
    /// Where the next batch begins.
    package private(set) var position: Int

    package init(_ file: LogFile, from position: Int, to end: Int) {
        self.file = file
        self.position = position
        self.end = end
        buffer = .allocate(
            byteCount: max(min(Self.readSize, end - position), RecordBatchHeader.byteCount), alignment: 64)
    }

    deinit { buffer.deallocate() }

    var isAtEnd: Bool { position == end }

    /// The next batch, valid until the next call; nil where the file ends or holds no good batch.
    package mutating func next() throws(LogError) -> (header: RecordBatchHeader, bytes: UnsafeRawBufferPointer)? {
        guard try fill(RecordBatchHeader.byteCount) else { return nil }
        let header = RecordBatchHeader(UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
        guard header.magic == RecordBatchHeader.currentMagic, header.byteCount >= RecordBatchHeader.byteCount,
            header.byteCount <= end - position, try fill(header.byteCount)
        else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<start + header.byteCount])
        do throws(RecordError) {
            _ = try RecordBatchReader.validate(bytes)
        } catch {
            return nil
        }
        start += header.byteCount
        count -= header.byteCount
        position += header.byteCount
        return (header, bytes)
    }

    /// Has so many bytes ready; false when the file ends before.
    private mutating func fill(_ needed: Int) throws(LogError) -> Bool {
        if count >= needed { return true }
        guard needed <= end - position else { return false }
        if buffer.count < needed {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: needed, alignment: 64)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
            buffer.deallocate()
            buffer = larger
        } else {
            buffer.baseAddress!.copyMemory(from: buffer.baseAddress! + start, byteCount: count)
        }
        start = 0
        let wanted = min(buffer.count, end - position) - count
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count..<count + wanted])
        count += try file.read(into: rest, at: position + count)
        return count >= needed
    }
}
