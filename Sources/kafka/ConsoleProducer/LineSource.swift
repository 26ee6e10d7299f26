// SPDX-License-Identifier: Apache-2.0

import KafkaText
import Libc

/// Lines of a descriptor, in large raw reads. A line is what ends in a newline or another delimiter, or what is left at
/// the end; every other byte is kept, carriage returns too.
struct LineSource: ~Copyable {
    enum Event: Equatable {
        /// Lines are there: take them with `next()`.
        case lines
        case end
        case interrupted
        /// The line with the number `nextLine` is longer than the limit; `skipLine()` passes over it.
        case tooLong
    }

    private let descriptor: Int32
    private let wake: Int32
    private let limit: Int
    /// Empty if all of the input is one line.
    private let delimiter: [UInt8]
    private var memory: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Where the search for a delimiter goes on: what is before was searched already.
    private var searched = 0
    private var atEnd = false
    /// Whether the only line there is has been returned.
    private var hasTakenAll = false
    /// Number of the line that `next()` returns next; the first is 1.
    private(set) var nextLine = 1
    /// So far, of lines that are not finished too.
    private(set) var bytesRead = 0

    /// The lines of a block are appended under one lock, which the sender waits for.
    private static let blockSize = 1 << 18
    private static let largeBlockSize = 1 << 20

    /// - Parameters:
    ///   - limit: bytes that a line may have.
    ///   - wake: a descriptor that becomes readable when reading shall stop; -1 for none.
    init(descriptor: Int32, wake: Int32 = -1, limit: Int, delimiter: RecordDelimiter = .newline) {
        self.descriptor = descriptor
        self.wake = wake
        self.limit = limit
        self.delimiter = if case .bytes(let bytes) = delimiter { bytes } else { [] }
        memory = .allocate(byteCount: Self.blockSize, alignment: 4096)
        Pipe.widen(descriptor)
    }

    /// One line that somebody else has read.
    init(line: [UInt8], number: Int) {
        descriptor = -1
        wake = -1
        limit = line.count
        delimiter = [10]
        memory = .allocate(byteCount: line.count + 1, alignment: 16)
        memory.copyBytes(from: line)
        memory[line.count] = 10
        end = line.count + 1
        atEnd = true
        nextLine = number
    }

    deinit { memory.deallocate() }

    /// The next line without its delimiter, of what was read already; nil when more must be read. The bytes live until
    /// the next call of `fill()`.
    @inline(__always)
    mutating func next() -> UnsafeRawBufferPointer? {
        guard searched < end, let position = find() else { return takeLast() }
        let line = UnsafeRawBufferPointer(start: memory.baseAddress! + start, count: position - start)
        start = position + delimiter.count
        searched = start
        nextLine += 1
        return line
    }

    /// Where the next delimiter stands; if there is none, what could not be its beginning counts as searched.
    @inline(__always)
    private mutating func find() -> Int? {
        guard delimiter.count == 1 else { return findLong() }
        let base = memory.baseAddress!
        guard let found = memchr(base + searched, Int32(delimiter[0]), end - searched) else {
            searched = end
            return nil
        }
        return base.distance(to: UnsafeMutableRawPointer(found))
    }

    private mutating func findLong() -> Int? {
        guard !delimiter.isEmpty else {
            searched = end
            return nil
        }
        if let found = UnsafeRawBufferPointer(memory).part(searched..<end).firstIndex(of: delimiter) {
            return searched + found
        }
        searched = max(searched, end - delimiter.count + 1)
        return nil
    }

    /// Gives the line that `next()` returned back, to be returned once more.
    mutating func putBack(_ line: UnsafeRawBufferPointer) {
        start = memory.baseAddress!.distance(to: UnsafeMutableRawPointer(mutating: line.baseAddress!))
        searched = start
        nextLine -= 1
        hasTakenAll = false
    }

    private mutating func takeLast() -> UnsafeRawBufferPointer? {
        guard atEnd, start < end || delimiter.isEmpty && !hasTakenAll else { return nil }
        hasTakenAll = true
        let line = UnsafeRawBufferPointer(start: memory.baseAddress! + start, count: end - start)
        start = end
        searched = end
        nextLine += 1
        return line
    }

    /// Reads more; call it when `next()` has returned nil. Blocks until something comes.
    mutating func fill() throws -> Event {
        guard !atEnd else { return .end }
        if start == end {
            start = 0
            end = 0
            searched = 0
        }
        if end - start > limit { return .tooLong }
        if end == memory.count { makeRoom() }
        while true {
            if wake >= 0, try waitForInput() { return .interrupted }
            let count = read(descriptor, memory.baseAddress! + end, memory.count - end)
            if count > 0 {
                end += count
                bytesRead += count
                return .lines
            }
            if count == 0 {
                atEnd = true
                return start < end || delimiter.isEmpty ? .lines : .end
            }
            guard errno == EINTR || errno == EAGAIN else {
                throw CommandError("Cannot read standard input: \(String(cString: strerror(errno)))")
            }
        }
    }

    /// Whether the wake descriptor was it.
    private func waitForInput() throws -> Bool {
        var descriptors = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        ]
        while poll(&descriptors, 2, -1) < 0 {
            guard errno == EINTR else {
                throw CommandError("Cannot read standard input: \(String(cString: strerror(errno)))")
            }
        }
        return descriptors[1].revents != 0
    }

    /// Passes over the rest of a line that is too long.
    mutating func skipLine() throws -> Event {
        while true {
            if searched < end, let position = find() {
                start = position + delimiter.count
                searched = start
                nextLine += 1
                return .lines
            }
            start = searched
            let event = try fill()
            guard event == .lines, start < end else {
                nextLine += 1
                return event == .lines ? .end : event
            }
        }
    }

    /// Moves the unfinished line to the front, into a larger buffer if it fills this one.
    private mutating func makeRoom() {
        let count = end - start
        // Long lines would be moved too often in a small buffer.
        if count > memory.count / (memory.count < Self.largeBlockSize ? 8 : 2) {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: memory.count * 2, alignment: 4096)
            (larger.baseAddress!).copyMemory(from: memory.baseAddress! + start, byteCount: count)
            memory.deallocate()
            memory = larger
        } else {
            memmove(memory.baseAddress!, memory.baseAddress! + start, count)
        }
        searched -= start
        start = 0
        end = count
    }
}
