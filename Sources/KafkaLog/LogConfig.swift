// SPDX-License-Identifier: Apache-2.0

public import KafkaProtocol

/// What happens to old data of a partition.
public struct CleanupPolicy: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Segments beyond retention.ms or retention.bytes go.
    public static let delete = CleanupPolicy(rawValue: 1)
    /// Only the newest value of each key stays.
    public static let compact = CleanupPolicy(rawValue: 2)
}

/// The topic configurations that a log honours, with Kafka 4's defaults; times in milliseconds, sizes in bytes.
public struct LogConfig: Sendable, Equatable {
    /// segment.bytes
    public var segmentBytes = 1 << 30
    /// segment.ms
    public var segmentMs: Int64 = 604_800_000
    /// segment.jitter.ms: at most this much is taken off segment.ms, a different amount for each segment.
    public var segmentJitterMs: Int64 = 0
    /// segment.index.bytes: a segment rolls when an index would grow beyond it.
    public var segmentIndexBytes = 10 << 20
    /// index.interval.bytes: bytes of batches for each index entry.
    public var indexIntervalBytes = 4096
    /// retention.ms; -1: no limit.
    public var retentionMs: Int64 = 604_800_000
    /// retention.bytes; -1: no limit.
    public var retentionBytes: Int64 = -1
    /// max.message.bytes: the largest batch.
    public var maxMessageBytes = 1_048_588
    /// message.timestamp.type
    public var messageTimestampType = TimestampType.createTime
    /// message.timestamp.before.max.ms
    public var messageTimestampBeforeMaxMs = Int64.max
    /// message.timestamp.after.max.ms; an hour since Kafka 4 (KIP-1030).
    public var messageTimestampAfterMaxMs: Int64 = 3_600_000
    /// cleanup.policy; neither of both is possible too.
    public var cleanupPolicy: CleanupPolicy = .delete
    /// compression.type; nil is "producer": batches stay as they come.
    public var compressionType: Compression?
    /// compression.gzip.level; -1 is the codec's own default.
    public var gzipLevel = -1
    /// compression.lz4.level
    public var lz4Level = 9
    /// compression.zstd.level
    public var zstdLevel = 3
    /// flush.messages: records after which an append asks for a flush.
    public var flushMessages = Int64.max
    /// flush.ms: the longest time between a write and its flush.
    public var flushMs = Int64.max
    /// file.delete.delay.ms: how long files that were taken out of the log stay on disk.
    public var fileDeleteDelayMs: Int64 = 60_000
    /// delete.retention.ms: how long tombstones outlive their first cleaning.
    public var deleteRetentionMs: Int64 = 86_400_000
    /// min.compaction.lag.ms
    public var minCompactionLagMs: Int64 = 0
    /// max.compaction.lag.ms
    public var maxCompactionLagMs = Int64.max
    /// min.cleanable.dirty.ratio
    public var minCleanableDirtyRatio = 0.5
    /// preallocate: reserve segment.bytes on disk when a segment begins.
    public var preallocate = false

    public init() {}

    /// How the codec of compression.type is set; nil keeps the producer's.
    public var compression: CompressionSettings? {
        switch compressionType {
        case nil: nil
        case .gzip: CompressionSettings(.gzip, level: gzipLevel)
        case .lz4: CompressionSettings(.lz4, level: lz4Level)
        case .zstd: CompressionSettings(.zstd, level: zstdLevel)
        case .some(let type): CompressionSettings(type)
        }
    }

    /// How old the first record of a segment may become; compacted topics must reach the cleaner within their lag.
    var maxSegmentMs: Int64 {
        cleanupPolicy.contains(.compact) && maxCompactionLagMs > 0 ? min(maxCompactionLagMs, segmentMs) : segmentMs
    }

    /// Each batch follows the one before without a gap; compaction makes gaps.
    var isContiguous: Bool { !cleanupPolicy.contains(.compact) }

    func randomJitter() -> Int64 {
        let bound = min(segmentJitterMs, segmentMs)
        return bound > 0 ? Int64.random(in: 0..<bound) : 0
    }
}
