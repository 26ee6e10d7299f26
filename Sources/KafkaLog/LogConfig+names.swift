// SPDX-License-Identifier: Apache-2.0

internal import KafkaProtocol

extension LogConfig {
    /// The names that `set` knows, as Kafka spells them.
    public static let names = [
        "cleanup.policy", "compression.gzip.level", "compression.lz4.level", "compression.type",
        "compression.zstd.level", "delete.retention.ms", "file.delete.delay.ms", "flush.messages", "flush.ms",
        "index.interval.bytes", "max.compaction.lag.ms", "max.message.bytes", "message.timestamp.after.max.ms",
        "message.timestamp.before.max.ms", "message.timestamp.type", "min.cleanable.dirty.ratio",
        "min.compaction.lag.ms", "preallocate", "retention.bytes", "retention.ms", "segment.bytes",
        "segment.index.bytes", "segment.jitter.ms", "segment.ms",
    ]

    /// Sets one topic configuration by Kafka's name. False when the log has no such configuration;
    /// `.invalidConfig` when the value is none of its kind. Ranges are the caller's to check.
    public mutating func set(_ name: String, _ value: String) throws(LogError) -> Bool {
        switch name {
        case "segment.bytes": segmentBytes = try Self.number(name, value)
        case "segment.ms": segmentMs = try Self.number(name, value)
        case "segment.jitter.ms": segmentJitterMs = try Self.number(name, value)
        case "segment.index.bytes": segmentIndexBytes = try Self.number(name, value)
        case "index.interval.bytes": indexIntervalBytes = try Self.number(name, value)
        case "retention.ms": retentionMs = try Self.number(name, value)
        case "retention.bytes": retentionBytes = try Self.number(name, value)
        case "max.message.bytes": maxMessageBytes = try Self.number(name, value)
        case "message.timestamp.before.max.ms": messageTimestampBeforeMaxMs = try Self.number(name, value)
        case "message.timestamp.after.max.ms": messageTimestampAfterMaxMs = try Self.number(name, value)
        case "message.timestamp.type": messageTimestampType = try Self.timestampType(name, value)
        case "cleanup.policy": cleanupPolicy = try Self.policy(name, value)
        case "compression.type": compressionType = try Self.codec(name, value)
        case "compression.gzip.level": gzipLevel = try Self.number(name, value)
        case "compression.lz4.level": lz4Level = try Self.number(name, value)
        case "compression.zstd.level": zstdLevel = try Self.number(name, value)
        case "flush.messages": flushMessages = try Self.number(name, value)
        case "flush.ms": flushMs = try Self.number(name, value)
        case "file.delete.delay.ms": fileDeleteDelayMs = try Self.number(name, value)
        case "delete.retention.ms": deleteRetentionMs = try Self.number(name, value)
        case "min.compaction.lag.ms": minCompactionLagMs = try Self.number(name, value)
        case "max.compaction.lag.ms": maxCompactionLagMs = try Self.number(name, value)
        case "min.cleanable.dirty.ratio": minCleanableDirtyRatio = try Self.number(name, value)
        case "preallocate": preallocate = try Self.flag(name, value)
        default: return false
        }
        return true
    }

    private static func number<N: LosslessStringConvertible>(_ name: String, _ value: String) throws(LogError) -> N {
        guard let number = N(value) else { throw invalid(name, value) }
        return number
    }

    private static func flag(_ name: String, _ value: String) throws(LogError) -> Bool {
        guard let flag = Bool(value.lowercased()) else { throw invalid(name, value) }
        return flag
    }

    private static func timestampType(_ name: String, _ value: String) throws(LogError) -> TimestampType {
        switch value {
        case "CreateTime": .createTime
        case "LogAppendTime": .logAppendTime
        default: throw invalid(name, value)
        }
    }

    private static func codec(_ name: String, _ value: String) throws(LogError) -> Compression? {
        if value == "producer" { return nil }
        if value == "uncompressed" { return Compression.none }
        guard let codec = Compression(name: value) else { throw invalid(name, value) }
        return codec
    }

    private static func policy(_ name: String, _ value: String) throws(LogError) -> CleanupPolicy {
        var policy: CleanupPolicy = []
        for word in value.split(separator: ",") {
            let trimmed = word.drop(while: { $0 == " " }).prefix(while: { $0 != " " })
            switch trimmed {
            case "delete": policy.insert(.delete)
            case "compact": policy.insert(.compact)
            default: throw invalid(name, value)
            }
        }
        return policy
    }

    private static func invalid(_ name: String, _ value: String) -> LogError {
        LogError(.invalidConfig, "Invalid value \(value) for configuration \(name)")
    }
}
