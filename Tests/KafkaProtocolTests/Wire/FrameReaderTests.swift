// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import KafkaProtocol

@Suite struct FrameReaderTests {
    private static func stream(_ sizes: [Int]) -> (bytes: ByteBuffer, frames: [ByteBuffer]) {
        var bytes = ByteBuffer()
        var frames: [ByteBuffer] = []
        for (index, size) in sizes.enumerated() {
            let frame = ByteBuffer(repeating: UInt8(truncatingIfNeeded: index + 1), count: size)
            bytes.writeInteger(Int32(size))
            bytes.writeImmutableBuffer(frame)
            frames.append(frame)
        }
        return (bytes, frames)
    }

    @Test("Frames come out whole, however the stream is cut in two")
    func everySplit() throws {
        let (bytes, frames) = Self.stream([4, 9, 5, 30])
        for split in 0...bytes.readableBytes {
            var reader = FrameReader(maxFrameBytes: 1000)
            var got: [ByteBuffer] = []
            try reader.append(bytes.getSlice(at: 0, length: split)!) { got.append($0) }
            try reader.append(bytes.getSlice(at: split, length: bytes.readableBytes - split)!) { got.append($0) }
            #expect(got == frames, "split at \(split)")
        }
    }

    @Test("Frames come out whole, byte by byte and in chunks of any size")
    func chunks() throws {
        let (bytes, frames) = Self.stream([4, 100, 7, 4096, 64, 4])
        for size in [1, 2, 3, 5, 7, 64, 1000] {
            var reader = FrameReader(maxFrameBytes: 5000)
            var got: [ByteBuffer] = []
            var rest = bytes
            while rest.readableBytes > 0 {
                try reader.append(rest.readSlice(length: min(size, rest.readableBytes))!) { got.append($0) }
            }
            #expect(got == frames, "chunks of \(size)")
        }
    }

    @Test(
        "A length beyond the limit, negative or too small costs an error and no memory",
        arguments: [-1, 3, 1001, .max] as [Int32])
    func absurdLengths(length: Int32) {
        var reader = FrameReader(maxFrameBytes: 1000)
        #expect(throws: FrameReader.Failure.absurdLength(length)) {
            try reader.append(ByteBuffer(integer: length)) { _ in }
        }
    }

    @Test("A length that only was claimed takes a megabyte at most")
    func claimed() throws {
        var reader = FrameReader(maxFrameBytes: 1 << 30)
        reader.feed(ByteBuffer(integer: Int32(1 << 29)))
        #expect(try reader.next() == nil)
        let lent = reader.lend()
        #expect(try #require(lent).capacity <= 1 << 20)
    }

    @Test("A TLS alert and a web server are recognised")
    func otherProtocols() {
        var reader = FrameReader(maxFrameBytes: 1 << 30)
        #expect(throws: FrameReader.Failure.tls) {
            try reader.append(ByteBuffer(bytes: [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46])) { _ in }
        }
        reader = FrameReader(maxFrameBytes: 1 << 30)
        #expect(throws: FrameReader.Failure.http) {
            try reader.append(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n")) { _ in }
        }
    }
}

extension FrameReader {
    /// Feeds bytes and hands out the frames that they complete.
    mutating func append(_ bytes: ByteBuffer, _ frame: (ByteBuffer) throws -> Void) throws {
        feed(bytes)
        while let next = try next() { try frame(next) }
    }
}
