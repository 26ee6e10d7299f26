// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaHTTP
import KafkaProtocol

/// How far a partition has been read.
struct ScanLane: Sendable {
    let source: LedPartition
    /// What is to be read: from the log's beginning or from where the reader wants to begin, to the log's end.
    let start: Int64
    let end: Int64
    /// Forwards the next offset to read; backwards the last one that was read.
    var position: Int64
    /// The latest time so far; backwards the earliest. Within a partition records stay in their order, whatever their times,
    /// so this is what partitions are merged by.
    var time: Int64
    /// Where a later scan goes on that begins where this one has ended, if not at `position`.
    var resumesAt: Int64?
    /// Offsets that are read back at a time.
    var step: Int64 = 0
    var isReading = false
    var isDone = false

    var index: Int32 { source.partition.partition }

    /// What each partition of a scan has to offer.
    /// - Throws: for partitions that the topic doesn't have, and if no partition can be read.
    static func lanes(
        _ request: ScanRequest, _ topic: MetadataResponse.Topic, _ data: ClusterData
    ) async throws -> [ScanLane] {
        let known = Set(topic.partitions.map(\.partitionIndex))
        for partition in request.partitions ?? [] where !known.contains(partition) {
            throw HTTPProblem.notFound("topic \(request.topic) has no partition \(partition); it has \(known.count)")
        }
        var wanted = request.partitions
        switch request.start {
        case .before(let offsets), .after(let offsets): wanted = (wanted ?? known).intersection(offsets.keys)
        default: break
        }
        let sources = LedPartition.of(topic).filter { wanted?.contains($0.partition.partition) ?? true }
        let ranges = await data.ranges(sources)
        if ranges.isEmpty, let first = sources.first {
            // Why, is in the answers for one of them.
            for (_, result) in await data.offsets([first], .latest) { _ = try result.get() }
            throw HTTPProblem(503, "no partition of topic \(request.topic) can be read at the moment")
        }
        var times: [TopicPartition: Result<Int64, ClientError>] = [:]
        if case .timestamp(let time) = request.start { times = await data.offsets(sources, .timestamp(time)) }
        return sources.compactMap { source in
            guard let range = ranges[source.partition] else { return nil }
            let (start, end) = (range.start, range.end)
            let index = source.partition.partition
            switch request.start {
            case .latest: return ScanLane(source, start, end, backwards: true)
            case .before(let offsets):
                return ScanLane(source, start, min(end, max(start, offsets[index] ?? end)), backwards: true)
            case .earliest: return ScanLane(source, start, end, backwards: false)
            case .offset(let offset): return ScanLane(source, min(max(offset, start), end), end, backwards: false)
            case .after(let offsets):
                return ScanLane(source, min(max(offsets[index] ?? start, start), end), end, backwards: false)
            case .timestamp:
                guard case .success(let offset)? = times[source.partition] else { return nil }
                return ScanLane(source, offset < 0 ? end : min(max(offset, start), end), end, backwards: false)
            }
        }
    }

    private init(_ source: LedPartition, _ start: Int64, _ end: Int64, backwards: Bool) {
        self.source = source
        self.start = start
        self.end = end
        position = backwards ? end : start
        time = backwards ? .max : .min
        isDone = start >= end
    }

    /// Offsets in all, and those that have been read.
    var total: Int64 { end.subtractingSaturating(start) }
    func read(backwards: Bool) -> Int64 {
        backwards ? end.subtractingSaturating(position) : position.subtractingSaturating(start)
    }
}
