// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaQuery

/// Records as they are written. What is more than a reader can take in is counted instead of shown, and not even read
/// unless a filter must look at it.
struct RecordTail: Sendable {
    /// What came in one interval.
    struct Tick: Sendable {
        var records: [RecordLine] = []
        /// Records that came, whether or not they were looked at.
        var arrived: Int64 = 0
        /// Those of the wanted ones that are not shown.
        var hidden: Int64 = 0
        /// Those that the filter has not looked at, as they came too quickly.
        var unread: Int64 = 0
    }

    /// Records that are shown of an interval.
    static let shown = 20
    static let interval = Duration.milliseconds(500)
    /// Bytes that a filter looks at in an interval.
    private static let filteredBytes: Int32 = 16 << 20
    /// A filter that is so many records behind gives up those between.
    private static let patience: Int64 = 1_000_000

    let query: RecordQuery?
    let data: ClusterData
    private let sources: [LedPartition]
    private var positions: [TopicPartition: Int64] = [:]

    /// - Parameter after: where to begin; what isn't there begins at the log's end.
    init(_ request: ScanRequest, _ topic: MetadataResponse.Topic, _ data: ClusterData) async throws {
        query = request.query
        self.data = data
        var after: [Int32: Int64] = [:]
        if case .after(let offsets) = request.start { after = offsets }
        sources = LedPartition.of(topic).filter { request.partitions?.contains($0.partition.partition) ?? true }
        for (partition, range) in await data.ranges(sources) {
            positions[partition] = max(range.start, min(after[partition.partition] ?? range.end, range.end))
        }
        if positions.isEmpty, let first = sources.first {
            for (_, result) in await data.offsets([first], .latest) { _ = try result.get() }
        }
    }

    /// What has come since the last time.
    mutating func next() async throws -> Tick {
        var tick = Tick()
        let ends = await data.offsets(sources, .latest)
        var behind: [(source: LedPartition, position: Int64, end: Int64)] = []
        for source in sources {
            // A partition that can't be asked now can be later.
            guard case .success(let end)? = ends[source.partition] else { continue }
            let position = positions[source.partition, default: end]
            positions[source.partition] = position
            if end > position { behind.append((source, position, end)) }
        }
        guard !behind.isEmpty else { return tick }
        let share = max(1, Self.shown / behind.count)
        for (source, position, end) in behind {
            var start = position
            let backlog = end.subtractingSaturating(position)
            if query == nil, backlog > Int64(share) {
                start = end.subtractingSaturating(Int64(share))
                tick.hidden += start.subtractingSaturating(position)
                tick.arrived += start.subtractingSaturating(position)
            } else if query != nil, backlog > Self.patience {
                start = end.subtractingSaturating(Self.patience)
                tick.unread += start.subtractingSaturating(position)
                tick.arrived += start.subtractingSaturating(position)
            }
            let room = tick.records.count < Self.shown ? share : 0
            let chunk = try await RecordChunk.read(
                source, from: start, to: end, .last(max(1, room)), query,
                budget: Int(Self.filteredBytes) / behind.count, data)
            positions[source.partition] = chunk.next
            tick.arrived += Int64(chunk.scanned)
            tick.hidden += Int64(chunk.matched - min(room, chunk.records.count))
            tick.records += chunk.records.suffix(room)
        }
        tick.records.sort { ($0.timestamp, $0.partition, $0.offset) < ($1.timestamp, $1.partition, $1.offset) }
        return tick
    }

    /// Where it has come to.
    var ends: [Int32: Int64] { Dictionary(positions.map { ($0.key.partition, $0.value) }) { first, _ in first } }
}
