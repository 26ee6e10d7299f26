// SPDX-License-Identifier: Apache-2.0

import KafkaText
import Libc
import Synchronization

/// Writes to a descriptor; see `Output` for what happens when it can't.
final class DescriptorDrain: TextDrain {
    private struct State {
        var isWidened = false
        var failure: String?
        var outlivesReader = false
        var readerIsGone = false
        /// A signal has come, and nobody reads.
        var isGivenUp = false
        /// Bytes that the descriptor took.
        var taken = 0
    }

    private let descriptor: Int32
    /// Of the buffer before it.
    private let capacity: Int
    private let state = Mutex(State())

    init(_ descriptor: Int32, capacity: Int) {
        self.descriptor = descriptor
        self.capacity = capacity
    }

    var sent: Int { state.withLock { $0.taken } }
    var failure: String? { state.withLock { $0.failure } }

    func take(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) {
        state.withLock { write(first, second, &$0) }
    }

    private func write(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ state: inout State) {
        guard state.failure == nil, !state.isGivenUp else { return }
        let byteCount = first.count + second.count
        if byteCount >= capacity / 2, !state.isWidened {
            // Much is coming: a pipe of 64 KiB would have the two sides wait for each other.
            state.isWidened = true
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
                state.isGivenUp = true
                return
            }
            if written >= 0 {
                position += written
                state.taken += written
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: _ = poll(for: Int16(POLLOUT), timeout: -1)
            case EPIPE where !state.outlivesReader: Self.dieOfClosedPipe()
            default: return fail(errno, &state)
            }
        }
    }

    private func fail(_ code: CInt, _ state: inout State) {
        state.failure = "cannot write the output: \(String(cString: strerror(code)))"
        guard code == EPIPE else { return }
        state.readerIsGone = true
        // What lies in the pipe has not gone out either: nobody will read it.
        state.taken -= min(state.taken, Pipe.unreadBytes(descriptor))
    }

    // MARK: The reader

    /// From now on a reader that went away is a failure, until `endIfReaderIsGone` is called.
    func outliveReader() { state.withLock { $0.outlivesReader = true } }

    /// Takes a pipe whose reader went away for a failure now, and not only with the next byte.
    func noticeReader() {
        state.withLock { state in
            guard state.outlivesReader, state.failure == nil else { return }
            if poll(for: 0, timeout: 0) & Int16(POLLERR) != 0 { fail(EPIPE, &state) }
        }
    }

    /// Ends the process by SIGPIPE if the reader went away meanwhile.
    func endIfReaderIsGone() {
        state.withLock { state in
            state.outlivesReader = false
            if state.readerIsGone { Self.dieOfClosedPipe() }
        }
    }

    /// - Returns: what has come about.
    private func poll(for events: Int16, timeout: CInt) -> Int16 {
        var watched = pollfd(fd: descriptor, events: events, revents: 0)
        _ = withUnsafeMutablePointer(to: &watched) { Libc.poll($0, 1, timeout) }
        return watched.revents
    }

    /// The end of a Unix tool whose reader has gone: silent, by SIGPIPE. NIO ignores the signal, so its default comes
    /// back first.
    private static func dieOfClosedPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        exit(141)
    }
}

extension iovec {
    fileprivate init(_ bytes: Slice<UnsafeRawBufferPointer>) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
