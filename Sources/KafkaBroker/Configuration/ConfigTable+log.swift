// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    static let brokerLog: [ConfigDefinition] = [
        .bool("auto.create.topics.enable", true, "Creates a topic that is asked for and does not exist."),
        .int("compression.gzip.level", -1, "Default of the topics' compression.gzip.level.", .gzipLevel, .clusterWide),
        .int(
            "compression.lz4.level", 9, "Default of the topics' compression.lz4.level.", .between(1, 17), .clusterWide),
        .string(
            "compression.type", "producer", "Default of the topics' compression.type.", .oneOf(codecs), .clusterWide),
        .int(
            "compression.zstd.level", 3, "Default of the topics' compression.zstd.level.", .between(-131_072, 22),
            .clusterWide),
        .bool("delete.topic.enable", true, "Whether topics may be deleted."),
        .list(
            "log.cleanup.policy", "delete", "Default of the topics' cleanup.policy.", .listOf(policies), .clusterWide),
        .string("log.dir", "/tmp/kafka-logs", "The data directory, unless log.dirs is set."),
        .long(
            "log.dir.failure.timeout.ms", 30_000, "How long a failed data directory may stay unreported.", .atLeast(1)),
        .string("log.dirs", nil, "The data directories, separated by commas."),
        .long("log.flush.interval.messages", .max, "Default of the topics' flush.messages.", .atLeast(1), .clusterWide),
        .long("log.flush.interval.ms", nil, "Default of the topics' flush.ms.", .any, .clusterWide),
        .int(
            "log.flush.offset.checkpoint.interval.ms", 60_000,
            "Time between writes of the recovery points; here they are written when logs are flushed.",
            .atLeast(0)),
        .long("log.flush.scheduler.interval.ms", .max, "Time between checks whether a log must be flushed."),
        .int(
            "log.flush.start.offset.checkpoint.interval.ms", 60_000,
            "Time between writes of the log start offsets; here a minute, and when records are deleted.",
            .atLeast(0)),
        .int(
            "log.index.interval.bytes", 4096, "Default of the topics' index.interval.bytes.", .atLeast(0), .clusterWide),
        .int(
            "log.index.size.max.bytes", 10 << 20, "Default of the topics' segment.index.bytes.", .atLeast(4),
            .clusterWide),
        .long("log.initial.task.delay.ms", 30_000, "Wait before the first run of a log's periodic tasks.", .atLeast(0))
            .hidden,
        .long(
            "log.local.retention.bytes", -2, "Default of the topics' local.retention.bytes.", .atLeast(-2), .clusterWide
        ),
        .long("log.local.retention.ms", -2, "Default of the topics' local.retention.ms.", .atLeast(-2), .clusterWide),
        .bool("log.message.downconversion.enable", true, "Without effect since Kafka 4.", .clusterWide),
        .long(
            "log.message.timestamp.after.max.ms", 3_600_000, "Default of the topics' message.timestamp.after.max.ms.",
            .atLeast(0), .clusterWide),
        .long(
            "log.message.timestamp.before.max.ms", .max, "Default of the topics' message.timestamp.before.max.ms.",
            .atLeast(0), .clusterWide),
        .string(
            "log.message.timestamp.type", "CreateTime", "Default of the topics' message.timestamp.type.",
            .oneOf(timestampTypes), .clusterWide),
        .bool("log.preallocate", false, "Default of the topics' preallocate.", .clusterWide),
        .long("log.retention.bytes", -1, "Default of the topics' retention.bytes.", .any, .clusterWide),
        .long("log.retention.check.interval.ms", 300_000, "Time between searches for expired segments.", .atLeast(1)),
        .int(
            "log.retention.hours", 168, "Default of the topics' retention.ms in hours, if neither of the others is set."
        ),
        .int(
            "log.retention.minutes", nil, "Default of the topics' retention.ms in minutes, before log.retention.hours."),
        .long(
            "log.retention.ms", nil, "Default of the topics' retention.ms, before the other two.", .any, .clusterWide),
        .int(
            "log.roll.hours", 168, "Default of the topics' segment.ms in hours, unless log.roll.ms is set.", .atLeast(1)
        ),
        .int(
            "log.roll.jitter.hours", 0,
            "Default of the topics' segment.jitter.ms in hours, unless log.roll.jitter.ms is set.", .atLeast(0)),
        .long("log.roll.jitter.ms", nil, "Default of the topics' segment.jitter.ms.", .any, .clusterWide),
        .long("log.roll.ms", nil, "Default of the topics' segment.ms.", .any, .clusterWide),
        .int("log.segment.bytes", 1 << 30, "Default of the topics' segment.bytes.", .atLeast(1 << 20), .clusterWide),
        .long(
            "log.segment.delete.delay.ms", 60_000, "Default of the topics' file.delete.delay.ms.", .atLeast(0),
            .clusterWide),
        .int("message.max.bytes", 1_048_588, "Default of the topics' max.message.bytes.", .atLeast(0), .clusterWide),
        .int("min.insync.replicas", 1, "Default of the topics' min.insync.replicas.", .atLeast(1), .clusterWide),
        .int("num.partitions", 1, "Partitions of a new topic that asks for no number.", .atLeast(1)),
        .int(
            "num.recovery.threads.per.data.dir", 2, "Threads that recover logs at start-up; here one for each core.",
            .atLeast(1), .clusterWide),
        .type("alter.config.policy.class.name", nil, "A Java class that approves changes of configurations; not used."),
        .type("create.topic.policy.class.name", nil, "A Java class that approves new topics; not used."),
    ]

    static let brokerCleaner: [ConfigDefinition] = [
        .long(
            "log.cleaner.backoff.ms", 15_000, "Sleep of the cleaner when nothing is dirty.", .atLeast(0), .clusterWide),
        .long("log.cleaner.dedupe.buffer.size", 128 << 20, "Memory for the cleaner's offset maps.", .any, .clusterWide),
        .long(
            "log.cleaner.delete.retention.ms", 86_400_000, "Default of the topics' delete.retention.ms.", .atLeast(0),
            .clusterWide),
        .bool("log.cleaner.enable", true, "Whether compacted topics are compacted."),
        .double(
            "log.cleaner.io.buffer.load.factor", 0.9, "How full the cleaner's offset map may become.", .any,
            .clusterWide),
        .int(
            "log.cleaner.io.buffer.size", 512 << 10, "Bytes of the cleaner's I/O buffers; not used here.", .atLeast(0),
            .clusterWide),
        .double(
            "log.cleaner.io.max.bytes.per.second", .greatestFiniteMagnitude,
            "Limit of the cleaner's reading and writing.", .any, .clusterWide),
        .long(
            "log.cleaner.max.compaction.lag.ms", .max, "Default of the topics' max.compaction.lag.ms.", .atLeast(1),
            .clusterWide),
        .double(
            "log.cleaner.min.cleanable.ratio", 0.5, "Default of the topics' min.cleanable.dirty.ratio.",
            .fraction(0, 1), .clusterWide),
        .long(
            "log.cleaner.min.compaction.lag.ms", 0, "Default of the topics' min.compaction.lag.ms.", .atLeast(0),
            .clusterWide),
        .int("log.cleaner.threads", 1, "Threads that compact logs; here one.", .atLeast(0), .clusterWide),
    ]
}
