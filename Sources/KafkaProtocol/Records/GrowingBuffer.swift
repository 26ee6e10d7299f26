// SPDX-License-Identifier: Apache-2.0

/// Memory that grows to what is needed and is then used again; its contents are not initialised.
struct GrowingBuffer: ~Copyable {
    private(set) var start: UnsafeMutableRawPointer?
    private(set) var capacity = 0

    init() {}

    deinit { start?.deallocate() }

    /// Makes room for `byteCount` bytes in all and keeps the first `keeping`.
    mutating func reserve(_ byteCount: Int, keeping: Int = 0) {
        guard byteCount > capacity else { return }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 16)
        if let start {
            larger.copyMemory(from: start, byteCount: keeping)
            start.deallocate()
        }
        start = larger
        capacity = byteCount
    }

    /// Gives back memory that only a rare, very large batch needed, so that one client cannot make us keep it.
    mutating func trim() {
        guard capacity > 16 << 20 else { return }
        start?.deallocate()
        start = nil
        capacity = 0
    }

    /// All of it; only after a `reserve`.
    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: start, count: capacity) }
}

/// Where a codec puts what it decompresses: a buffer that grows until the limit is passed.
struct DecompressedOutput {
    private(set) var count = 0
    let limit: Int

    init(limit: Int) {
        // Beyond what any batch can have, so that sums with it fit.
        self.limit = min(limit, Int(Int32.max))
    }

    /// Room for at least `minimum` more bytes, after those written so far.
    mutating func room(
        _ minimum: Int = 1, in buffer: inout GrowingBuffer
    ) throws(RecordError) -> UnsafeMutableRawBufferPointer {
        // One byte over the limit may be written, so that content of exactly the limit ends normally.
        guard count <= limit, minimum <= limit + 1 - count else { throw .tooLarge(limit: limit) }
        let needed = count + minimum
        if needed > buffer.capacity {
            buffer.reserve(min(max(needed, 2 * buffer.capacity, 64 << 10), limit + 1), keeping: count)
        }
        // No more than the limit, however much an earlier batch needed: what is offered is filled before it is counted.
        return UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[count..<min(buffer.capacity, limit + 1)])
    }

    mutating func advance(_ written: Int) {
        count += written
    }
}
