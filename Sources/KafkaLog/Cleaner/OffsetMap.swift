// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Where each key of the dirty part of a log stands last, in bounded memory: 24 bytes for each key, whatever its size.
///
/// A table that is too small is replaced by one twice as large, up to the bound; while it is, both are there.
struct OffsetMap: ~Copyable {
    private struct Slot {
        // Both are 0 in an empty slot.
        var first: UInt64
        var second: UInt64
        var offset: Int64
    }

    private static let firstSlotCount = 4096

    private let hash = KeyHash()
    private let maxSlotCount: Int
    private let loadFactor: Double
    private var slots: UnsafeMutablePointer<Slot>
    private var slotCount: Int
    private var limit: Int
    /// Keys in the map.
    private(set) var count = 0
    /// The map knows the log up to here.
    var latestOffset: Int64 = -1

    /// A map that takes at most so many bytes, of which it fills at most this part.
    init(maxBytes: Int, loadFactor: Double) {
        self.loadFactor = min(max(loadFactor, 0.01), 0.95)
        maxSlotCount = max(maxBytes / MemoryLayout<Slot>.stride, 64)
        slotCount = min(maxSlotCount, Self.firstSlotCount)
        slots = Self.allocate(slotCount)
        limit = 0
        setLimit()
    }

    deinit { free(slots) }

    /// How much of what may be filled is filled.
    var utilization: Double { Double(count) / Double(maxSlotCount) }

    /// Notes that a key stands at an offset; false when it is new and there is no room for it.
    mutating func put(_ key: UnsafeRawBufferPointer, _ offset: Int64) -> Bool {
        let hash = hashed(key)
        var slot = find(hash)
        if slots[slot].first == 0, slots[slot].second == 0 {
            if count >= limit {
                guard slotCount < maxSlotCount else { return false }
                grow()
                slot = find(hash)
            }
            count += 1
        }
        slots[slot] = Slot(first: hash.0, second: hash.1, offset: offset)
        return true
    }

    /// Where a key stands last; -1 for one that isn't there.
    func offset(of key: UnsafeRawBufferPointer) -> Int64 {
        let slot = slots[find(hashed(key))]
        return slot.first == 0 && slot.second == 0 ? -1 : slot.offset
    }

    private func hashed(_ key: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        let hash = hash(key)
        return hash.0 == 0 && hash.1 == 0 ? (1, 0) : hash
    }

    /// The slot that has a hash, or the empty one where it goes; there always is one.
    private func find(_ hash: (UInt64, UInt64)) -> Int {
        var slot = Int(hash.1.multipliedFullWidth(by: UInt64(slotCount)).high)
        while true {
            let found = slots[slot]
            if found.first == hash.0 && found.second == hash.1 { return slot }
            if found.first == 0 && found.second == 0 { return slot }
            slot += 1
            if slot == slotCount { slot = 0 }
        }
    }

    private mutating func grow() {
        let (old, oldCount) = (slots, slotCount)
        slotCount = min(2 * slotCount, maxSlotCount)
        slots = Self.allocate(slotCount)
        setLimit()
        for index in 0..<oldCount where old[index].first != 0 || old[index].second != 0 {
            slots[find((old[index].first, old[index].second))] = old[index]
        }
        free(old)
    }

    private mutating func setLimit() {
        let factor = slotCount == maxSlotCount ? loadFactor : min(loadFactor, 0.6)
        limit = max(Int(Double(slotCount) * factor), 1)
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Slot> {
        // Zeros that take no memory until they are written.
        guard let memory = calloc(count, MemoryLayout<Slot>.stride) else { fatalError("out of memory") }
        return memory.assumingMemoryBound(to: Slot.self)
    }
}
