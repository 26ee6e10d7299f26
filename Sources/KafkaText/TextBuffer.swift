// SPDX-License-Identifier: Apache-2.0

/// Where the bytes of a full buffer go.
package protocol TextDrain: AnyObject, Sendable {
    /// Takes the bytes of the two, one after the other. What it can't pass on is lost, and its own matter.
    func take(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer)
    /// How many bytes it has passed on.
    var sent: Int { get }
}

/// Text that is being written, without a String or an Array for each piece.
///
/// What does not fit goes to the drain; without one the buffer grows.
package struct TextBuffer: ~Copyable, @unchecked Sendable {
    // Sendable: the memory belongs to this value alone.
    @usableFromInline var memory: UnsafeMutableRawBufferPointer
    @usableFromInline var count = 0
    /// Bytes that have gone to the drain.
    @usableFromInline var passed = 0
    @usableFromInline let drain: (any TextDrain)?

    package init(capacity: Int = 1 << 12, drain: (any TextDrain)? = nil) {
        self.drain = drain
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// How many bytes have been written, wherever they are now.
    @inlinable package var written: Int { passed + count }

    /// How many of them have gone out; all of them if they stay here.
    package var sent: Int { drain?.sent ?? count }

    /// What is here.
    package var bytes: [UInt8] { Array(memory[0..<count]) }

    /// The same as text.
    package var text: String { String(decoding: memory[0..<count], as: UTF8.self) }

    @inlinable @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        guard bytes.count <= memory.count - count else { return overflow(bytes) }
        (memory.baseAddress! + count).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
        count += bytes.count
    }

    @inlinable @inline(__always)
    package mutating func append(_ byte: UInt8) {
        if count == memory.count { makeRoom(1) }
        memory[count] = byte
        count += 1
    }

    /// Bytes that are written by `body`, at most `space` of them, into the buffer itself.
    /// - Parameter body: returns how many it has written.
    @inlinable @inline(__always)
    package mutating func append(space: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        if space > memory.count - count { makeRoom(space) }
        count += body((memory.baseAddress! + count).assumingMemoryBound(to: UInt8.self))
    }

    @inlinable
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Decimal digits without a String.
    package mutating func append(_ number: Int64) {
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

    /// Hands all that waits to the drain, if there is one.
    package mutating func flush() {
        if count > 0 { flush(and: UnsafeRawBufferPointer(start: nil, count: 0)) }
    }

    // MARK: No room

    @usableFromInline
    mutating func overflow(_ bytes: UnsafeRawBufferPointer) {
        // What is large goes out from where it is, together with what waits.
        if drain != nil, bytes.count >= memory.count / 4 { return flush(and: bytes) }
        makeRoom(bytes.count)
        append(bytes)
    }

    @usableFromInline
    mutating func makeRoom(_ wanted: Int) {
        flush()
        guard wanted > memory.count - count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(memory.count * 2, count + wanted), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[0..<count]))
        memory.deallocate()
        memory = larger
    }

    private mutating func flush(and more: UnsafeRawBufferPointer) {
        guard let drain else { return }
        drain.take(UnsafeRawBufferPointer(rebasing: memory[0..<count]), more)
        passed += count + more.count
        count = 0
    }
}
