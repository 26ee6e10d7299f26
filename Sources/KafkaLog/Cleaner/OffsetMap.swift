// SPDX-License-Identifier: Apache-2.0

/// Where each key of the dirty part of a log stands last, in bounded memory: 24 bytes for each key, whatever its size.
///
/// A table that is too small is replaced by one four times as large, or as large as may be where that is near; while it
/// is, both are there. Memory that nobody used before is not cheap: the kernel has to find and clear it.
struct OffsetMap: ~Copyable {
    /// What the map knows of a key; never 0 in both parts.
    struct Key {
        fileprivate var first: UInt64
        fileprivate var second: UInt64
    }

    private struct Slot {
        // Both parts are 0 in an empty slot.
        var key: Key
        var offset: Int64

        @inline(__always)
        var isEmpty: Bool { key.first == 0 && key.second == 0 }
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

    deinit { Self.free(slots, slotCount) }

    /// How much of what may be filled is filled.
    var utilization: Double { Double(count) / Double(maxSlotCount) }

    func key(_ bytes: UnsafeRawBufferPointer) -> Key {
        let hash = hash(bytes)
        return hash.0 == 0 && hash.1 == 0 ? Key(first: 1, second: 0) : Key(first: hash.0, second: hash.1)
    }

    /// Has the memory of these keys at hand: they lie far apart, and the processor fetches many at once only while
    /// nothing depends on the one before.
    /// - Returns: What was fetched, mixed, so that the compiler can't leave it out.
    func fetch(_ keys: [Key]) -> UInt64 {
        var sum: UInt64 = 0
        for key in keys {
            // Both ends, as a slot may lie across two lines of the cache.
            let slot = slots + home(key)
            sum ^= slot.pointee.key.first ^ UInt64(bitPattern: slot.pointee.offset)
        }
        return sum
    }

    /// Notes that a key stands at an offset; false when it is new and there is no room for it.
    mutating func put(_ key: Key, _ offset: Int64) -> Bool {
        var slot = find(key)
        if slots[slot].isEmpty {
            if count >= limit {
                guard slotCount < maxSlotCount else { return false }
                grow()
                slot = find(key)
            }
            count += 1
        }
        slots[slot] = Slot(key: key, offset: offset)
        return true
    }

    /// Where a key stands last; -1 for one that isn't there.
    func offset(of key: Key) -> Int64 {
        let slot = slots[find(key)]
        return slot.isEmpty ? -1 : slot.offset
    }

    /// Where a key goes if nothing is there.
    @inline(__always)
    private func home(_ key: Key) -> Int { Int(key.second.multipliedFullWidth(by: UInt64(slotCount)).high) }

    /// The slot that has a key, or the empty one where it goes; there always is one.
    @inline(__always)
    private func find(_ key: Key) -> Int {
        var slot = home(key)
        while true {
            let found = slots[slot]
            if found.key.first == key.first && found.key.second == key.second || found.isEmpty { return slot }
            slot += 1
            if slot == slotCount { slot = 0 }
        }
    }

    private mutating func grow() {
        let (old, oldCount) = (slots, slotCount)
        slotCount = 8 * slotCount >= maxSlotCount ? maxSlotCount : 4 * slotCount
        slots = Self.allocate(slotCount)
        setLimit()
        // In the order of the old table, which is that of the new one.
        for index in 0..<oldCount where !old[index].isEmpty { slots[find(old[index].key)] = old[index] }
        Self.free(old, oldCount)
    }

    private mutating func setLimit() {
        let factor = slotCount == maxSlotCount ? loadFactor : min(loadFactor, 0.6)
        limit = max(Int(Double(slotCount) * factor), 1)
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Slot> {
        POSIX.allocateZeros(count * MemoryLayout<Slot>.stride).assumingMemoryBound(to: Slot.self)
    }

    private static func free(_ slots: UnsafeMutablePointer<Slot>, _ count: Int) {
        POSIX.free(UnsafeMutableRawPointer(slots), count * MemoryLayout<Slot>.stride)
    }
}
