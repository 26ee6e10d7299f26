// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    private static let week: Int64 = 604_800_000
    static let codecs = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]
    static let policies = ["compact", "delete"]
    static let timestampTypes = ["CreateTime", "LogAppendTime"]

    static let topicLog: [ConfigDefinition] = [
        .list("cleanup.policy", "delete", "What happens to old data: delete, compact, or both.", .listOf(policies)),
        .int("compression.gzip.level", -1, "Level of gzip if compression.type is gzip; -1: its default.", .gzipLevel),
        .int("compression.lz4.level", 9, "Level of lz4 if compression.type is lz4.", .between(1, 17)),
        .string(
            "compression.type", "producer", "Codec of stored batches; producer keeps them as they came.", .oneOf(codecs)
        ),
        .int("compression.zstd.level", 3, "Level of zstd if compression.type is zstd.", .between(-131_072, 22)),
        .long(
            "delete.retention.ms", 86_400_000, "How long tombstones of a compacted topic stay readable after cleaning.",
            .atLeast(0)),
        .long("file.delete.delay.ms", 60_000, "How long a removed file stays on disk.", .atLeast(0)),
        .long("flush.messages", .max, "Records after which the log is forced to disk.", .atLeast(1)),
        .long("flush.ms", .max, "Time after which the log is forced to disk.", .atLeast(0)),
        .int("index.interval.bytes", 4096, "Bytes of batches between two entries of the offset index.", .atLeast(0)),
        .long("local.retention.bytes", -2, "Local part of retention.bytes with tiered storage; -2: all.", .atLeast(-2)),
        .long("local.retention.ms", -2, "Local part of retention.ms with tiered storage; -2: all.", .atLeast(-2)),
        .long("max.compaction.lag.ms", .max, "The longest a record may wait for compaction.", .atLeast(1)),
        .int("max.message.bytes", 1_048_588, "The largest batch that is accepted, after compression.", .atLeast(0)),
        .bool("message.downconversion.enable", true, "Without effect since Kafka 4."),
        .long(
            "message.timestamp.after.max.ms", 3_600_000,
            "How far a record's timestamp may lie ahead of the broker's clock.", .atLeast(0)),
        .long(
            "message.timestamp.before.max.ms", .max, "How far a record's timestamp may lie behind the broker's clock.",
            .atLeast(0)),
        .string(
            "message.timestamp.type", "CreateTime", "Whose clock dates a record: the producer's or the broker's.",
            .oneOf(timestampTypes)),
        .double(
            "min.cleanable.dirty.ratio", 0.5, "Share of uncleaned bytes from which a log is compacted.", .fraction(0, 1)
        ),
        .long("min.compaction.lag.ms", 0, "The shortest time a record stays uncompacted.", .atLeast(0)),
        .bool("preallocate", false, "Reserves the space of a segment when it begins."),
        .bool("remote.log.copy.disable", false, "Stops tiered storage from copying further segments."),
        .bool("remote.log.delete.on.disable", false, "Deletes the tiered data when tiered storage is switched off."),
        .bool("remote.storage.enable", false, "Keeps old segments in tiered storage."),
        .long("retention.bytes", -1, "Bytes of a partition beyond which old segments are deleted; -1: no limit."),
        .long("retention.ms", week, "Age beyond which segments are deleted; -1: no limit.", .atLeast(-1)),
        .int("segment.bytes", 1 << 30, "Bytes after which a new segment begins.", .atLeast(1 << 20)),
        .int("segment.index.bytes", 10 << 20, "Largest size of an index file.", .atLeast(4)),
        .long(
            "segment.jitter.ms", 0, "Random time taken off segment.ms, so that logs don't roll at once.", .atLeast(0)),
        .long("segment.ms", week, "Time after which a new segment begins.", .atLeast(1)),
    ]

    static let topicReplication: [ConfigDefinition] = [
        .list(
            "follower.replication.throttled.replicas", "",
            "Replicas whose fetching is throttled: partition:broker pairs, or *.", .throttledReplicas),
        .list(
            "leader.replication.throttled.replicas", "",
            "Replicas whose serving is throttled: partition:broker pairs, or *.", .throttledReplicas),
        .int("min.insync.replicas", 1, "Replicas that must have a record that is produced with acks=all.", .atLeast(1)),
        .bool("unclean.leader.election.enable", false, "Lets a replica lead that may lack acknowledged records."),
    ]

    static let groupResource: [ConfigDefinition] = [
        .int(
            "consumer.heartbeat.interval.ms", 5000, "Time between heartbeats of a consumer group's members.",
            .atLeast(1)),
        .int(
            "consumer.session.timeout.ms", 45_000, "Silence after which a consumer group drops a member.", .atLeast(1)),
        .string(
            "share.auto.offset.reset", "latest",
            "Where a share group begins to read: earliest, latest, or by_duration:PnDTnHnMn.nS.", .any),
        .int("share.delivery.count.limit", 5, "How often a share group tries to deliver a record.", .between(2, 10)),
        .int("share.heartbeat.interval.ms", 5000, "Time between heartbeats of a share group's members.", .atLeast(1)),
        .string(
            "share.isolation.level", "read_uncommitted",
            "Whether a share group sees records of open and aborted transactions.",
            .oneOf(["read_committed", "read_uncommitted"])),
        .int(
            "share.partition.max.record.locks", 2000, "Records of a partition that a share group may have in flight.",
            .between(100, 10_000)),
        .int(
            "share.record.lock.duration.ms", 30_000, "How long a share group's member may hold a record.",
            .atLeast(1000)),
        .int("share.session.timeout.ms", 45_000, "Silence after which a share group drops a member.", .atLeast(1)),
        .int(
            "streams.heartbeat.interval.ms", 5000, "Time between heartbeats of a streams group's members.", .atLeast(1)),
        .int(
            "streams.initial.rebalance.delay.ms", 3000, "Wait for further members of a new streams group.", .atLeast(0)),
        .int("streams.num.standby.replicas", 0, "Standby copies of each task of a streams group.", .atLeast(0)),
        .int("streams.session.timeout.ms", 45_000, "Silence after which a streams group drops a member.", .atLeast(1)),
    ]

    static let clientMetricsResource: [ConfigDefinition] = [
        .int("interval.ms", 300_000, "Time between two pushes of a client's metrics: 100 to 3600000.", .any),
        .list("match", "", "Selects clients by attribute: name=regular expression, all must match.", .any),
        .list("metrics", "", "Prefixes of the metrics to be pushed; * is all of them.", .any),
    ]
}
