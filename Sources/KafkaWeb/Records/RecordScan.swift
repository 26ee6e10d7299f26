// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaQuery

/// Reads partitions at a time, forwards or backwards, and merges what is wanted of them by time, until there are enough
/// records, or it has read enough.
///
/// At most the wanted number of records is kept, and 16 MiB of them.
struct RecordScan: Sendable {
    /// What it says while it runs.
    enum Event: Sendable {
        case record(RecordLine)
        case progress(Progress)
    }

    struct Progress: Sendable {
        var scanned = 0
        var matched = 0
        var bytes = 0
        /// Offsets that have been read, of those that there are; compaction leaves gaps between records.
        var offsets: Int64 = 0
        var total: Int64 = 0
        /// How far back, or ahead, all have been read; nil as long as nothing has.
        var time: Int64?
    }

    struct End: Sendable {
        var progress: Progress
        /// Whether all that there is has been read.
        var isComplete: Bool
        /// Where the next scan in the same direction goes on.
        var next: [Int32: Int64]
        /// Where the log ended: a live tail goes on there.
        var ends: [Int32: Int64]
    }

    let request: ScanRequest
    let data: ClusterData
    private var lanes: [ScanLane]
    private var limit: Int
    /// In the order in which they are wanted.
    private var kept: [Kept] = []
    private var progress = Progress()

    private struct Kept {
        var record: RecordLine
        var time: Int64
        var lane: Int
    }

    /// A scan ends behind so many bytes or so much time, and can be gone on with.
    static let maxBytes = 2 << 30
    static let maxTime = Duration.seconds(120)
    private static let keptBytes = 16 << 20
    private static let atATime = 4

    init(_ request: ScanRequest, _ topic: MetadataResponse.Topic, _ data: ClusterData) async throws {
        self.request = request
        self.data = data
        limit = request.limit
        lanes = try await ScanLane.lanes(request, topic, data)
        let step = Int64(request.query == nil ? request.limit : max(1000, request.limit))
        for index in lanes.indices { lanes[index].step = step }
    }

    private var isBackwards: Bool { request.isBackwards }

    /// What it has found, in the order in which it is wanted.
    var found: [RecordLine] { kept.map(\.record) }

    /// - Parameter emit: gets each record as it is found if there is a filter, so that some come which turn out not to be
    ///   among the first: those that `End.next` finds once more; else all in their order.
    mutating func run(_ emit: (Event) async throws -> Void) async throws -> End {
        let clock = ContinuousClock()
        let begin = clock.now
        var lastProgress = begin
        let (topicQuery, data, backwards) = (request.query, data, isBackwards)
        try await withThrowingTaskGroup(of: (Int, Int64, RecordChunk).self) { group in
            var running = 0
            var isEnough = false
            repeat {
                while running < Self.atATime, !isEnough, let index = nextLane() {
                    let lane = lanes[index]
                    let kept = backwards ? RecordChunk.Kept.last(limit) : .first(limit)
                    let start =
                        backwards ? max(lane.start, lane.position.subtractingSaturating(lane.step)) : lane.position
                    let end = backwards ? lane.position : lane.end
                    lanes[index].isReading = true
                    running += 1
                    group.addTask {
                        let budget = backwards ? Int.max : 4 << 20
                        return (
                            index, start,
                            try await RecordChunk.read(
                                lane.source, from: start, to: end, kept, topicQuery, budget: budget, data)
                        )
                    }
                }
                guard running > 0, let (index, start, chunk) = try await group.next() else { break }
                running -= 1
                lanes[index].isReading = false
                for record in backwards ? take(back: chunk, from: start, index) : take(chunk, index) {
                    if topicQuery != nil { try await emit(.record(record)) }
                }
                note()
                isEnough = progress.bytes >= Self.maxBytes || clock.now - begin >= Self.maxTime
                if clock.now - lastProgress >= .milliseconds(150) {
                    lastProgress = clock.now
                    try await emit(.progress(progress))
                }
            } while true
        }
        note()
        if topicQuery == nil {
            for entry in kept { try await emit(.record(entry.record)) }
        }
        return end
    }

    /// Of those that may be read on, the one that is behind the others in time.
    private func nextLane() -> Int? {
        let open = lanes.indices.filter { !lanes[$0].isReading && !lanes[$0].isDone }
        return open.min { isBackwards ? lanes[$0].time > lanes[$1].time : lanes[$0].time < lanes[$1].time }
    }

    // MARK: What was read

    /// - Returns: those that are among the first so far.
    private mutating func take(_ chunk: RecordChunk, _ index: Int) -> [RecordLine] {
        count(chunk)
        lanes[index].position = chunk.next
        lanes[index].isDone = chunk.next >= lanes[index].end
        var taken: [RecordLine] = []
        for record in chunk.records {
            lanes[index].time = max(lanes[index].time, record.timestamp)
            guard keep(record, index) else { break }
            taken.append(record)
        }
        return taken
    }

    private mutating func take(back chunk: RecordChunk, from start: Int64, _ index: Int) -> [RecordLine] {
        count(chunk)
        let step = lanes[index].step
        // Sparse ones are read in longer steps.
        if chunk.scanned < step / 4 { lanes[index].step = min(step * 4, 1 << 40) }
        if request.query != nil, chunk.scanned >= step / 4 { lanes[index].step = min(step * 2, 20_000) }
        lanes[index].position = chunk.isOverfull ? chunk.records.first?.offset ?? start : start
        lanes[index].isDone = lanes[index].position <= lanes[index].start
        var taken: [RecordLine] = []
        for record in chunk.records.reversed() {
            lanes[index].time = min(lanes[index].time, record.timestamp)
            guard keep(record, index) else { break }
            taken.append(record)
        }
        return taken
    }

    private mutating func count(_ chunk: RecordChunk) {
        progress.scanned += chunk.scanned
        progress.bytes += chunk.bytes
    }

    /// False if there are enough that come before it; then nothing behind it in its partition is wanted either.
    private mutating func keep(_ record: RecordLine, _ index: Int) -> Bool {
        progress.matched += 1
        let entry = Kept(record: record, time: lanes[index].time, lane: index)
        var (low, high) = (0, kept.count)
        while low < high {
            let middle = (low + high) / 2
            if comes(entry, before: kept[middle]) { high = middle } else { low = middle + 1 }
        }
        if low >= limit {
            leaveOut(entry)
            return false
        }
        kept.insert(entry, at: low)
        if kept.count > limit { leaveOut(kept.removeLast()) }
        // Long records leave room for fewer.
        if kept.count > 1, kept.reduce(0, { $0 + $1.record.json.count }) > Self.keptBytes {
            leaveOut(kept.removeLast())
            limit = kept.count
        }
        return true
    }

    private func comes(_ entry: Kept, before other: Kept) -> Bool {
        if entry.time != other.time { return isBackwards ? entry.time > other.time : entry.time < other.time }
        // Within a partition the order in which they were found is that of their offsets.
        if entry.lane != other.lane { return entry.lane < other.lane }
        return isBackwards ? entry.record.offset > other.record.offset : entry.record.offset < other.record.offset
    }

    private mutating func leaveOut(_ entry: Kept) {
        let offset = entry.record.offset
        lanes[entry.lane].isDone = true
        if isBackwards {
            lanes[entry.lane].resumesAt = max(lanes[entry.lane].resumesAt ?? .min, offset.addingSaturating(1))
        } else {
            lanes[entry.lane].resumesAt = min(lanes[entry.lane].resumesAt ?? .max, offset)
        }
    }

    private mutating func note() {
        // Nothing that is behind the last of enough records will be among them.
        if kept.count >= limit, let last = kept.last {
            for index in lanes.indices where !lanes[index].isReading {
                let time = lanes[index].time
                if isBackwards ? time < last.time : time > last.time { lanes[index].isDone = true }
            }
        }
        progress.total = lanes.reduce(0) { $0.addingSaturating($1.total) }
        progress.offsets = lanes.reduce(0) { $0.addingSaturating($1.read(backwards: isBackwards)) }
        let times = lanes.map(\.time).filter { $0 != .min && $0 != .max }
        progress.time = isBackwards ? times.max() : times.min()
    }

    private var end: End {
        var next: [Int32: Int64] = [:]
        var isComplete = true
        for lane in lanes {
            let position = lane.resumesAt ?? lane.position
            if isBackwards ? position > lane.start : position < lane.end { isComplete = false }
            // Backwards there is nothing behind a beginning; forwards there may be soon.
            if !isBackwards || position > lane.start { next[lane.index] = position }
        }
        return End(
            progress: progress, isComplete: isComplete, next: next,
            ends: Dictionary(lanes.map { ($0.index, $0.end) }) { first, _ in first })
    }
}
