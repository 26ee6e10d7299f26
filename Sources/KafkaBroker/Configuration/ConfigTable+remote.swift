// SPDX-License-Identifier: Apache-2.0

extension ConfigTable {
    private static let topicBasedManager =
        "org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager"

    /// Tiered storage, which this broker does not have; known so that a server.properties that sets them is no error.
    static let brokerRemoteLog: [ConfigDefinition] = [
        .int(
            "remote.fetch.max.wait.ms", 500, "How long a fetch may wait for tiered storage.", .atLeast(1), .clusterWide),
        .long(
            "remote.list.offsets.request.timeout.ms", 30_000, "Timeout of look-ups in tiered storage.", .atLeast(1),
            .clusterWide),
        .long(
            "remote.log.index.file.cache.total.size.bytes", 1 << 30, "Cache for tiered indexes.", .atLeast(1),
            .clusterWide),
        .int(
            "remote.log.manager.copier.thread.pool.size", 10, "Threads that copy to tiered storage.", .atLeast(1),
            .clusterWide),
        .long(
            "remote.log.manager.copy.max.bytes.per.second", .max, "Limit of copying to tiered storage.", .atLeast(1),
            .clusterWide),
        .int("remote.log.manager.copy.quota.window.num", 11, "Samples of that limit.", .atLeast(1)),
        .int("remote.log.manager.copy.quota.window.size.seconds", 1, "Seconds of each of these samples.", .atLeast(1)),
        .int(
            "remote.log.manager.expiration.thread.pool.size", 10, "Threads that clean tiered storage.", .atLeast(1),
            .clusterWide),
        .long(
            "remote.log.manager.fetch.max.bytes.per.second", .max, "Limit of reading from tiered storage.", .atLeast(1),
            .clusterWide),
        .int("remote.log.manager.fetch.quota.window.num", 11, "Samples of that limit.", .atLeast(1)),
        .int("remote.log.manager.fetch.quota.window.size.seconds", 1, "Seconds of each of these samples.", .atLeast(1)),
        .int(
            "remote.log.manager.follower.thread.pool.size", 2, "Threads for followers of tiered partitions.",
            .atLeast(1), .clusterWide),
        .long("remote.log.manager.task.interval.ms", 30_000, "Time between runs of the copying tasks.", .atLeast(1)),
        .long(
            "remote.log.manager.task.retry.backoff.max.ms", 30_000, "The longest pause after a failed copy.",
            .atLeast(1)
        ).hidden,
        .long("remote.log.manager.task.retry.backoff.ms", 500, "The first pause after a failed copy.", .atLeast(1))
            .hidden,
        .double("remote.log.manager.task.retry.jitter", 0.2, "Random share of these pauses.", .fraction(0, 0.5)).hidden,
        .int("remote.log.manager.thread.pool.size", 2, "Threads of tiered storage.", .atLeast(1)),
        .int(
            "remote.log.metadata.custom.metadata.max.bytes", 128, "Bytes that a plug-in may keep with a segment.",
            .atLeast(0)),
        .string("remote.log.metadata.manager.class.name", topicBasedManager, "A Java class; not used."),
        .string("remote.log.metadata.manager.class.path", nil, "Where that class is."),
        .string("remote.log.metadata.manager.impl.prefix", "rlmm.config.", "Prefix of that class's configurations."),
        .string("remote.log.metadata.manager.listener.name", nil, "Listener that the class uses."),
        .int("remote.log.reader.max.pending.tasks", 100, "Reads from tiered storage that may wait.", .atLeast(1)),
        .int("remote.log.reader.threads", 10, "Threads that read from tiered storage.", .atLeast(1), .clusterWide),
        .string("remote.log.storage.manager.class.name", nil, "A Java class; not used."),
        .string("remote.log.storage.manager.class.path", nil, "Where that class is."),
        .string("remote.log.storage.manager.impl.prefix", "rsm.config.", "Prefix of that class's configurations."),
        .bool("remote.log.storage.system.enable", false, "Switches tiered storage on; not supported."),
    ]
}
