// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol
internal import NIOCore

/// The bytes of a segment from where they are no good batch, to the end of the file.
struct MetadataTail {
    private let bytes: ByteBuffer
    private let start: Int

    init(_ bytes: ByteBuffer, from start: Int) {
        self.bytes = bytes
        self.start = min(start, bytes.writerIndex)
    }

    /// Where the next good batch begins, in the file.
    func nextBatch() -> Int? {
        bytes.withUnsafeReadableBytes { bytes in
            var position = start + 1
            while position + RecordBatchHeader.byteCount <= bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
                if rest[Layout.magic] == UInt8(RecordBatchHeader.currentMagic), Self.isPlausible(rest),
                    (try? RecordBatchReader.validate(rest)) != nil
                {
                    return position
                }
                position += 1
            }
            return nil
        }
    }

    private static func isPlausible(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let header = RecordBatchHeader(bytes)
        return header.baseOffset >= 0 && header.batchLength >= 49 && header.byteCount <= bytes.count
            && header.recordCount > 0
    }

    /// Whether a write that the end of the process or of the machine interrupted explains what is there: the batch
    /// doesn't reach its end, or a sector of it is still zero. What is complete and wrong was changed later.
    var isTorn: Bool {
        bytes.withUnsafeReadableBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard rest.count >= RecordBatchHeader.byteCount, !rest.allSatisfy({ $0 == 0 }) else { return true }
            let header = RecordBatchHeader(rest)
            // Good up to the end of the file but for the fields that the checksum doesn't cover.
            let checked = UnsafeRawBufferPointer(rebasing: rest[Layout.attributes...])
            if header.crc == CRC32C.checksum(checked) { return false }
            let isFramed = header.magic == RecordBatchHeader.currentMagic && header.batchLength >= 49
            if isFramed, header.byteCount > rest.count { return true }
            let end = isFramed ? start + header.byteCount : bytes.count
            return Self.hasZeroSector(bytes, start..<end)
        }
    }

    private static func hasZeroSector(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        let size = 512
        var sector = range.lowerBound / size * size
        while sector < range.upperBound {
            let part = bytes[max(sector, range.lowerBound)..<min(sector + size, range.upperBound)]
            // A short piece at either end may be zero in an honest batch.
            if part.count >= min(size, range.count), part.allSatisfy({ $0 == 0 }) { return true }
            sector += size
        }
        return false
    }

    /// What is wrong with the first batch.
    var reason: String {
        bytes.withUnsafeReadableBytes { bytes in
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            if rest.allSatisfy({ $0 == 0 }) { return "nothing but zeros" }
            do throws(RecordError) {
                _ = try RecordBatchReader.validate(rest)
                return "it can't be read"
            } catch {
                return "\(error)"
            }
        }
    }

    /// Where the fields of a batch stand.
    private enum Layout {
        static let magic = 16
        static let attributes = 21
    }
}
