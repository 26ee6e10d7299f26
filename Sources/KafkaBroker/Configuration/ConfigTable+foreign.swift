// SPDX-License-Identifier: Apache-2.0

// What files of older Kafkas, which needed ZooKeeper, and of Confluent's distribution say. Kafka ignores it as well, and
// nobody has mistyped it.
extension ConfigTable {
    /// Whether an older Kafka or another distribution knows the name, and no Kafka 4.
    package static func isForeign(_ name: String) -> Bool {
        foreign.contains(name) || ["zookeeper.", "confluent.", "rest.", "schema."].contains { name.hasPrefix($0) }
    }

    private static let foreign: Set<String> = [
        "advertised.host.name", "advertised.port", "auto.offset.reset", "bootstrap.servers",
        "broker.id.generation.enable", "control.plane.listener.name", "delegation.token.master.key",
        "enable.zookeeper", "host.name", "inter.broker.protocol.version", "jmx.port", "kafka.csv.metrics.dir",
        "kafka.csv.metrics.reporter.enabled", "leader.imbalance.check", "log.cleaner.type",
        "log.message.format.version", "log.message.timestamp.difference.max.ms", "max.connections.per.broker",
        "metadata.version", "migration.enable", "password.encoder.cipher.algorithm", "password.encoder.iterations",
        "password.encoder.key.length", "password.encoder.keyfactory.algorithm", "password.encoder.old.secret",
        "password.encoder.secret", "port", "quota.consumer.default", "quota.producer.default",
        "replica.lag.max.messages", "reserved.broker.max.id",
    ]
}
