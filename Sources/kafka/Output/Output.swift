// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import Libc
import Synchronization

/// Bytes on their way to a descriptor, gathered until the buffer is full or someone flushes.
///
/// A reader that went away (EPIPE) ends the process by SIGPIPE, as it ends cat, unless there is something to be put in
/// order first; any other failure is kept in `failure` and what follows is dropped. What follows is dropped as well,
/// without being a failure, when a signal has come and the reader takes nothing.
final class Output: Sendable {
    private let state: Mutex<Buffer>

    init(descriptor: Int32, capacity: Int = 1 << 16) { state = Mutex(Buffer(descriptor, capacity)) }

    /// Keeps everything in memory, for tests.
    init() { state = Mutex(Buffer(nil, 1 << 12)) }

    var failure: String? { state.withLock { $0.failure } }

    /// What was written, of an output in memory.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    var bytes: [UInt8] { state.withLock { Array($0.memory[0..<$0.count]) } }

    func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in state.withLock { $0.append(UnsafeRawBufferPointer(bytes)) } }
    }

    func write(_ bytes: UnsafeRawBufferPointer) { state.withLock { $0.append(bytes) } }

    /// A line for people, or several: what a terminal would obey is made visible.
    func line(_ text: String = "") { write(VisibleText.of(text, keepsLines: true) + "\n") }

    func flush() { state.withLock { $0.flush() } }

    /// How many bytes have been written to this output, wherever they are now.
    var written: Int { state.withLock { $0.written } }

    /// How many bytes have gone out; fewer than were written while some wait, or after a failure.
    var sent: Int { state.withLock { $0.sent } }

    /// Takes a pipe whose reader went away for a failure now, and not only with the next byte.
    func noticeReader() { state.withLock { $0.noticeReader() } }

    /// From now on a reader that went away is a failure, until `endIfReaderIsGone` is called.
    func outliveReader() { state.withLock { $0.outlivesReader = true } }

    /// Ends the process by SIGPIPE if the reader went away meanwhile.
    func endIfReaderIsGone() {
        state.withLock { buffer in
            buffer.outlivesReader = false
            if buffer.readerIsGone { dieOfClosedPipe() }
        }
    }

    /// Many writes under one lock: the way of consumed records.
    func batch<Result>(_ body: (inout Buffer) throws -> Result) rethrows -> Result {
        try state.withLock { buffer in try body(&buffer) }
    }

    struct Buffer: ~Copyable, @unchecked Sendable {
        // Sendable: the memory belongs to this value alone, and the value to a mutex.
        private let descriptor: Int32?
        private var isWidened = false
        fileprivate var memory: UnsafeMutableRawBufferPointer
        fileprivate var count = 0
        fileprivate(set) var failure: String?
        fileprivate var outlivesReader = false
        fileprivate var readerIsGone = false
        /// A signal has come, and nobody reads.
        private var isGivenUp = false
        /// Bytes that have left the buffer, and those of them that the descriptor took.
        private var passed = 0
        private var taken = 0

        fileprivate init(_ descriptor: Int32?, _ capacity: Int) {
            self.descriptor = descriptor
            memory = .allocate(byteCount: capacity, alignment: 16)
        }

        deinit { memory.deallocate() }

        /// How many bytes have been written to this output, wherever they are now.
        var written: Int { passed + count }
        var sent: Int { descriptor == nil ? count : taken }

        @inline(__always)
        mutating func append(_ bytes: UnsafeRawBufferPointer) {
            guard bytes.count > 0 else { return }
            if bytes.count > memory.count - count {
                // What is large goes out from where it is, together with what waits.
                if descriptor != nil, bytes.count >= memory.count / 4 { return flush(and: bytes) }
                makeRoom(bytes.count)
            }
            (memory.baseAddress! + count).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            count += bytes.count
        }

        @inline(__always)
        mutating func append(_ byte: UInt8) {
            if count == memory.count { makeRoom(1) }
            memory[count] = byte
            count += 1
        }

        /// Bytes that are written by `body`, at most `space` of them, into the buffer itself.
        /// - Parameter body: returns how many it has written.
        @inline(__always)
        mutating func append(space: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
            if space > memory.count - count { makeRoom(space) }
            if space > memory.count - count { enlarge(space) }
            count += body((memory.baseAddress! + count).assumingMemoryBound(to: UInt8.self))
        }

        mutating func append(_ text: StaticString) {
            append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        }

        mutating func append(text: String) {
            var text = text
            text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
        }

        /// Decimal digits without a String.
        mutating func append(_ number: Int64) {
            var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
            withUnsafeMutableBytes(of: &digits) { space in
                var left = number.magnitude
                var index = space.count
                repeat {
                    index -= 1
                    let (quotient, remainder) = left.quotientAndRemainder(dividingBy: 10)
                    space[index] = UInt8(truncatingIfNeeded: remainder) &+ 48
                    left = quotient
                } while left > 0
                if number < 0 {
                    index -= 1
                    space[index] = 45
                }
                append(UnsafeRawBufferPointer(rebasing: space[index...]))
            }
        }

        private mutating func makeRoom(_ wanted: Int) {
            guard descriptor == nil else { return flush() }
            enlarge(wanted)
        }

        private mutating func enlarge(_ wanted: Int) {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: max(memory.count * 2, count + wanted), alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[0..<count]))
            memory.deallocate()
            memory = larger
        }

        mutating func flush() {
            guard descriptor != nil, count > 0 else { return }
            flush(and: UnsafeRawBufferPointer(start: nil, count: 0))
        }

        private mutating func flush(and more: UnsafeRawBufferPointer) {
            send(UnsafeRawBufferPointer(rebasing: memory[0..<count]), more)
            passed += count + more.count
            count = 0
        }

        /// Writes the two, one after the other.
        private mutating func send(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
            guard let descriptor, failure == nil, !isGivenUp else { return }
            let byteCount = first.count + second.count
            if byteCount >= memory.count / 2, !isWidened {
                // Much is coming: a pipe of 64 KiB would have the two sides wait for each other.
                isWidened = true
                Pipe.widen(descriptor)
            }
            var position = 0
            while position < byteCount {
                let result = BlockedWrites.write(to: descriptor) { limit in
                    withUnsafeTemporaryAllocation(of: iovec.self, capacity: 2) { parts in
                        parts[0] = iovec(first.dropFirst(position).prefix(limit))
                        let rest = second.dropFirst(max(0, position - first.count))
                        parts[1] = iovec(rest.prefix(limit - parts[0].iov_len))
                        return writev(descriptor, parts.baseAddress, 2)
                    }
                }
                guard let written = result else {
                    isGivenUp = true
                    return
                }
                if written >= 0 {
                    position += written
                    taken += written
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN:
                    var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = withUnsafeMutablePointer(to: &poll) { pollOne($0) }
                case EPIPE where !outlivesReader: dieOfClosedPipe()
                default:
                    let code = errno
                    failure = Self.failed(code)
                    if code == EPIPE { loseReader(descriptor) }
                    return
                }
            }
        }

        fileprivate mutating func noticeReader() {
            guard let descriptor, outlivesReader, failure == nil else { return }
            var poll = pollfd(fd: descriptor, events: 0, revents: 0)
            _ = withUnsafeMutablePointer(to: &poll) { pollOne($0, timeout: 0) }
            guard poll.revents & Int16(POLLERR) != 0 else { return }
            failure = Self.failed(EPIPE)
            loseReader(descriptor)
        }

        private static func failed(_ code: CInt) -> String {
            "cannot write the output: \(String(cString: strerror(code)))"
        }

        /// What lies in the pipe has not gone out either: nobody will read it.
        private mutating func loseReader(_ descriptor: Int32) {
            readerIsGone = true
            taken -= min(taken, Pipe.unreadBytes(descriptor))
        }
    }
}

extension iovec {
    fileprivate init(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}

private func pollOne(_ descriptor: UnsafeMutablePointer<pollfd>, timeout: CInt = -1) -> CInt {
    poll(descriptor, 1, timeout)
}

/// The end of a Unix tool whose reader has gone: silent, by SIGPIPE. NIO ignores the signal, so its default comes back
/// first.
private func dieOfClosedPipe() -> Never {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
    exit(141)
}
