// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaBroker

/// A channel's part: asks for memory, and reads as much into it as there is and fits.
@Suite struct FrameReceiverTests {
    private struct Source {
        var rest: ByteBuffer
        var mostAtOnce: Int

        mutating func read(_ receiver: FrameReceiver) -> ByteBuffer? {
            var memory = receiver.buffer(allocator: ByteBufferAllocator())
            let count = min(memory.writableBytes, rest.readableBytes, mostAtOnce)
            guard count > 0, var bytes = rest.readSlice(length: count) else { return nil }
            memory.writeBuffer(&bytes)
            _ = receiver.record(actualReadBytes: count)
            return memory
        }
    }

    private static func frames(_ sizes: [Int]) -> [ByteBuffer] {
        sizes.enumerated().map { index, size in
            ByteBuffer(bytes: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) })
        }
    }

    @Test(
        "Frames that are read into memory of their own come out whole",
        arguments: [1, 3, 1000, 4096, 100_000, 1 << 20, .max], [0, 2])
    func whole(mostAtOnce: Int, spareCount: Int) throws {
        let small = mostAtOnce < 1000
        let frames = Self.frames(
            small
                ? [4, 5000, 7, 200, 9000] : [10, 300_000, 300_000, 4, 140_000, 2_500_000, 131_072, 5, 600_000, 70_000])
        var stream = ByteBuffer()
        for frame in frames {
            stream.writeInteger(Int32(frame.readableBytes))
            stream.writeImmutableBuffer(frame)
        }
        for lendsMemory in [true, false] {
            let receiver = FrameReceiver(
                FrameReader(maxFrameBytes: 10 << 20, spareCount: spareCount), lendsMemory: lendsMemory)
            var source = Source(rest: stream, mostAtOnce: mostAtOnce)
            var got: [ByteBuffer] = []
            while true {
                let (begun, announced) = (receiver.reader.frameMemory > 0, receiver.nextFrameMemory)
                guard let bytes = source.read(receiver) else { break }
                #expect(lendsMemory || bytes.readableBytes <= mostAtOnce, "nothing but what was read")
                receiver.reader.feed(bytes)
                while let frame = try receiver.reader.next() { got.append(frame) }
                #expect(!begun || receiver.reader.frameMemory <= max(announced, 1 << 20), "as much as was announced")
            }
            #expect(got == frames, "lends memory: \(lendsMemory)")
        }
    }

    @Test("Memory that never came back is an error, as what was in it is gone")
    func lost() throws {
        let receiver = FrameReceiver(FrameReader(maxFrameBytes: 1 << 20), lendsMemory: true)
        receiver.reader.feed(ByteBuffer(bytes: [0, 0, 1, 0, 1, 2, 3]))
        #expect(try receiver.reader.next() == nil)
        _ = receiver.buffer(allocator: ByteBufferAllocator())
        var second = receiver.buffer(allocator: ByteBufferAllocator())
        second.writeRepeatingByte(4, count: 300)
        receiver.reader.feed(second)
        #expect(throws: FrameReader.Failure.lost) { try receiver.reader.next() }
    }
}
