// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// The broker configurations that are the default of a topic's.
package enum TopicSynonyms {
    /// A broker configuration, and what its value is multiplied with to become the topic's.
    struct Synonym: Sendable {
        var name: String
        var factor: Int64 = 1

        /// The value as the topic's configuration would have it.
        func converted(_ text: String) -> String {
            guard factor != 1, let value = Int64(text.trimmed) else { return text }
            // No limit is no limit in any unit.
            if value < 0 { return "-1" }
            let (product, overflow) = value.multipliedReportingOverflow(by: factor)
            return String(overflow ? .max : product)
        }
    }

    /// In order: the first that is set is the topic's default.
    static func of(_ topicConfig: String) -> [Synonym] { table[topicConfig] ?? [] }

    /// The topic configurations whose default depends on a broker configuration.
    static func topicConfigs(dependingOn name: String) -> [String] {
        table.filter { $0.value.contains { $0.name == name } }.map(\.key).sorted()
    }

    /// The broker configurations that stand for the same thing in other units, `name` among them (KIP-226).
    static func brokerGroup(of name: String) -> [Synonym] {
        switch name {
        case "log.roll.ms", "log.roll.hours": of("segment.ms")
        case "log.roll.jitter.ms", "log.roll.jitter.hours": of("segment.jitter.ms")
        case "log.flush.interval.ms": of("flush.ms")
        case "log.retention.ms", "log.retention.minutes", "log.retention.hours": of("retention.ms")
        default: [Synonym(name: name)]
        }
    }

    private static let hour: Int64 = 3_600_000
    private static let minute: Int64 = 60_000

    private static let table: [String: [Synonym]] = {
        let same = [
            "compression.gzip.level", "compression.lz4.level", "compression.type", "compression.zstd.level",
            "min.insync.replicas", "unclean.leader.election.enable",
        ]
        let prefixed = [
            "cleanup.policy", "index.interval.bytes", "local.retention.bytes", "local.retention.ms",
            "message.downconversion.enable", "message.timestamp.after.max.ms", "message.timestamp.before.max.ms",
            "message.timestamp.type", "preallocate", "retention.bytes", "segment.bytes",
        ]
        let cleaner = ["delete.retention.ms", "max.compaction.lag.ms", "min.compaction.lag.ms"]
        var table: [String: [Synonym]] = [
            "file.delete.delay.ms": [Synonym(name: "log.segment.delete.delay.ms")],
            "flush.messages": [Synonym(name: "log.flush.interval.messages")],
            "flush.ms": [Synonym(name: "log.flush.interval.ms"), Synonym(name: "log.flush.scheduler.interval.ms")],
            "max.message.bytes": [Synonym(name: "message.max.bytes")],
            "min.cleanable.dirty.ratio": [Synonym(name: "log.cleaner.min.cleanable.ratio")],
            "retention.ms": [
                Synonym(name: "log.retention.ms"), Synonym(name: "log.retention.minutes", factor: minute),
                Synonym(name: "log.retention.hours", factor: hour),
            ],
            "segment.index.bytes": [Synonym(name: "log.index.size.max.bytes")],
            "segment.jitter.ms": [
                Synonym(name: "log.roll.jitter.ms"), Synonym(name: "log.roll.jitter.hours", factor: hour),
            ],
            "segment.ms": [Synonym(name: "log.roll.ms"), Synonym(name: "log.roll.hours", factor: hour)],
        ]
        for name in same { table[name] = [Synonym(name: name)] }
        for name in prefixed { table[name] = [Synonym(name: "log." + name)] }
        for name in cleaner { table[name] = [Synonym(name: "log.cleaner." + name)] }
        return table
    }()
}
