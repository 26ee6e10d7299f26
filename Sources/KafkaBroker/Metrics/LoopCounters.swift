// SPDX-License-Identifier: Apache-2.0

package import KafkaProtocol
internal import Libc
internal import Synchronization

/// What the connections of one event loop were served. The loop alone writes, without locks; anybody reads.
///
/// Everything stands in one piece of memory, of which the system gives the pages that are written to: what nobody asks for
/// takes none.
final class LoopCounters: @unchecked Sendable {
    // Sendable: the memory holds atomics alone, and lives as long as the object.

    /// The times of a request.
    enum Time: Int, CaseIterable {
        /// From when it was read to when its answer was handed to the socket.
        case total
        /// In which it kept its event loop.
        case local
        /// In which it waited: for records, for members of its group, for another thread.
        case remote
    }

    private typealias Cell = Atomic<UInt64>

    private static let apiCount = 128
    private static let versionCount = 32
    /// Cells of a time: its buckets, and the sum.
    private static let timeCells = LatencyHistogram.bucketCount + 1
    private static let apiCells = versionCount + Time.allCases.count * timeCells
    /// Of the loop itself.
    private static let ownCells = LatencyHistogram.bucketCount + 3
    private static let cellCount = apiCount * apiCells + ownCells

    private let cells: UnsafeMutablePointer<Cell>

    init() {
        guard let memory = calloc(Self.cellCount, MemoryLayout<Cell>.stride) else {
            fatalError("no memory for \(Self.cellCount) counters")
        }
        cells = memory.bindMemory(to: Cell.self, capacity: Self.cellCount)
    }

    deinit { free(cells) }

    /// A cell that nobody else writes to.
    private func add(_ count: UInt64, to index: Int) {
        cells[index].store(cells[index].load(ordering: .relaxed) &+ count, ordering: .relaxed)
    }

    private func value(_ index: Int) -> UInt64 { cells[index].load(ordering: .relaxed) }

    // MARK: Requests

    /// A request was answered.
    func answered(_ key: APIKey, version: Int16, total: UInt64, local: UInt64) {
        let api = Int(key.rawValue)
        guard api >= 0, api < Self.apiCount else { return }
        let start = api * Self.apiCells
        add(1, to: start + min(max(Int(version), 0), Self.versionCount - 1))
        note(total, .total, start)
        note(min(local, total), .local, start)
        note(total - min(local, total), .remote, start)
    }

    private func note(_ nanoseconds: UInt64, _ time: Time, _ start: Int) {
        let start = start + Self.versionCount + time.rawValue * Self.timeCells
        add(1, to: start + LatencyHistogram.bucket(of: nanoseconds))
        add(nanoseconds, to: start + LatencyHistogram.bucketCount)
    }

    /// Adds what was answered to the statistics, which are in order of the APIs' numbers.
    func collect(into statistics: inout [RequestStatistics]) {
        for api in 0..<Self.apiCount {
            let start = api * Self.apiCells
            let versions = (0..<Self.versionCount).map { value(start + $0) }
            guard versions.contains(where: { $0 > 0 }) else { continue }
            let key = APIKey(rawValue: Int16(truncatingIfNeeded: api))
            let index = statistics.firstIndex { $0.key.rawValue >= key.rawValue } ?? statistics.count
            if index == statistics.count || statistics[index].key != key {
                statistics.insert(RequestStatistics(key: key), at: index)
            }
            for (version, count) in versions.enumerated() where count > 0 {
                statistics[index].versions[Int16(version), default: 0] &+= count
            }
            for time in Time.allCases {
                let histogram = histogram(at: start + Self.versionCount + time.rawValue * Self.timeCells)
                switch time {
                case .total: statistics[index].total.add(histogram)
                case .local: statistics[index].local.add(histogram)
                case .remote: statistics[index].remote.add(histogram)
                }
            }
        }
    }

    private func histogram(at start: Int) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for bucket in 0..<LatencyHistogram.bucketCount {
            let count = value(start + bucket)
            if count > 0 { histogram.add(count: count, toBucket: bucket) }
        }
        histogram.add(nanoseconds: value(start + LatencyHistogram.bucketCount))
        return histogram
    }

    // MARK: The loop itself

    private static let ownStart = apiCount * apiCells

    /// A task that was due came so much later; the loop's thread has used so much of a core's time.
    func looked(delay: UInt64, threadTime: UInt64, uptime: UInt64) {
        add(1, to: Self.ownStart + LatencyHistogram.bucket(of: delay))
        add(delay, to: Self.ownStart + LatencyHistogram.bucketCount)
        cells[Self.ownStart + LatencyHistogram.bucketCount + 1].store(threadTime, ordering: .relaxed)
        cells[Self.ownStart + LatencyHistogram.bucketCount + 2].store(uptime, ordering: .relaxed)
    }

    var loop: LoopStatistics {
        LoopStatistics(
            delay: histogram(at: Self.ownStart),
            threadNanoseconds: value(Self.ownStart + LatencyHistogram.bucketCount + 1),
            uptimeNanoseconds: value(Self.ownStart + LatencyHistogram.bucketCount + 2))
    }
}

/// What was answered of one API, since the start.
package struct RequestStatistics: Sendable {
    package var key: APIKey
    package var versions: [Int16: UInt64] = [:]
    /// From when a request was read to when its answer was handed to the socket.
    package var total = LatencyHistogram()
    /// In which it kept its event loop.
    package var local = LatencyHistogram()
    /// In which it waited: for records, for members of its group, for another thread.
    package var remote = LatencyHistogram()
}

/// How an event loop does.
package struct LoopStatistics: Sendable {
    /// By how much tasks came too late.
    package var delay: LatencyHistogram
    /// What its thread has used of a core's time, when that was looked at last, and when that was.
    package var threadNanoseconds: UInt64
    package var uptimeNanoseconds: UInt64
}
