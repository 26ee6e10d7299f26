// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol
import KafkaText
import Synchronization

/// Bytes on their way to a descriptor, gathered until the buffer is full or someone flushes.
///
/// A reader that went away (EPIPE) ends the process by SIGPIPE, as it ends cat, unless there is something to be put in
/// order first; any other failure is kept in `failure` and what follows is dropped. What follows is dropped as well,
/// without being a failure, when a signal has come and the reader takes nothing.
final class Output: Sendable {
    private let buffer: Mutex<TextBuffer>
    /// Nil if everything stays in memory.
    private let drain: DescriptorDrain?

    init(descriptor: Int32, capacity: Int = 1 << 16) {
        let drain = DescriptorDrain(descriptor, capacity: capacity)
        self.drain = drain
        buffer = Mutex(TextBuffer(capacity: capacity, drain: drain))
    }

    /// Keeps everything in memory, for tests.
    init() {
        drain = nil
        buffer = Mutex(TextBuffer())
    }

    var failure: String? { drain?.failure }

    /// What was written, of an output in memory.
    var text: String { buffer.withLock { $0.text } }

    var bytes: [UInt8] { buffer.withLock { $0.bytes } }

    func write(_ text: String) { buffer.withLock { $0.append(text: text) } }

    func write(_ bytes: UnsafeRawBufferPointer) { buffer.withLock { $0.append(bytes) } }

    /// A line for people, or several: what a terminal would obey is made visible.
    func line(_ text: String = "") { write(VisibleText.of(text, keepsLines: true) + "\n") }

    func flush() { buffer.withLock { $0.flush() } }

    /// How many bytes have been written to this output, wherever they are now.
    var written: Int { buffer.withLock { $0.written } }

    /// How many bytes have gone out; fewer than were written while some wait, or after a failure.
    var sent: Int { buffer.withLock { $0.sent } }

    /// Takes a pipe whose reader went away for a failure now, and not only with the next byte.
    func noticeReader() { drain?.noticeReader() }

    /// From now on a reader that went away is a failure, until `endIfReaderIsGone` is called.
    func outliveReader() { drain?.outliveReader() }

    /// Ends the process by SIGPIPE if the reader went away meanwhile.
    func endIfReaderIsGone() { drain?.endIfReaderIsGone() }

    /// Many writes under one lock: the way of consumed records.
    func batch<Result>(_ body: (inout TextBuffer) throws -> Result) rethrows -> Result {
        try buffer.withLock { buffer in try body(&buffer) }
    }
}
