// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

/// What is kept of each client while it comes. Those that weren't heard of for an hour are forgotten, as Kafka does; and
/// where clients invent names, those that were not heard of for longest, so that their names take bounded memory.
struct SensorTable<Key: Hashable & Sendable, Sensor: Sendable>: Sendable {
    private struct Entry {
        var sensor: Sensor
        var lastMs: Int64
        var byteCount: Int
    }

    private static var expiryMs: Int64 { 3_600_000 }
    private static var sweepMs: Int64 { 600_000 }
    /// Of a key and its sensor, besides the key's texts.
    private static var entryByteCount: Int { 512 }

    private let byteLimit: Int
    private var entries: [Key: Entry] = [:]
    private var byteCount = 0
    private var lastSweep: Int64?

    init(byteLimit: Int = 16 << 20) { self.byteLimit = byteLimit }

    var count: Int { entries.count }

    /// Those that are kept, in no order.
    var sensors: some Sequence<(key: Key, sensor: Sensor)> { entries.lazy.map { ($0.key, $0.value.sensor) } }

    /// Changes the sensor of a key, a new one where there is none.
    /// - Parameter textByteCount: bytes of the key's texts.
    mutating func update<Result>(
        _ key: Key, textByteCount: Int, now: Int64, new: @autoclosure () -> Sensor, _ body: (inout Sensor) -> Result
    ) -> Result {
        sweepIfDue(now)
        if entries[key] == nil {
            let size = Self.entryByteCount + textByteCount
            if byteCount + size > byteLimit { forgetHalf() }
            entries[key] = Entry(sensor: new(), lastMs: now, byteCount: size)
            byteCount += size
        }
        entries[key]!.lastMs = now
        return body(&entries[key]!.sensor)
    }

    private mutating func sweepIfDue(_ now: Int64) {
        guard let last = lastSweep else { return lastSweep = now }
        guard now.subtractingSaturating(last) >= Self.sweepMs else { return }
        lastSweep = now
        keep { now.subtractingSaturating($0.lastMs) < Self.expiryMs }
    }

    /// Half of them at a time, so that a flood of new names pays for it.
    private mutating func forgetHalf() {
        let times = entries.values.map(\.lastMs).sorted()
        guard !times.isEmpty else { return }
        let median = times[times.count / 2]
        keep { $0.lastMs > median }
    }

    private mutating func keep(where condition: (Entry) -> Bool) {
        entries = entries.filter { condition($0.value) }
        byteCount = entries.values.reduce(0) { $0 + $1.byteCount }
    }
}
