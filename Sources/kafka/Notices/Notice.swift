// SPDX-License-Identifier: Apache-2.0

/// A script of Kafka's that has no work left: it says what replaces it, and ends with status 1.
protocol Notice: Command {
    static var name: String { get }
    static var summary: String { get }
    static var advice: String { get }
    init()
}

extension Notice {
    static var definition: CommandDefinition {
        CommandDefinition(
            name: name, summary: summary, discussion: advice, options: [], operands: "[arguments]",
            examples: [.init("kafka \(name)", "Say what replaces it")])
    }

    init(_ arguments: Arguments) throws { self.init() }

    func run(_ context: Context) async throws { throw CommandError(Self.advice) }
}

struct JmxNotice: Notice {
    static let name = "jmx"
    static let summary = "Kafka's JMX reader; there is no JVM here"
    static let advice =
        "There is no JVM and so no JMX; kafka consumer-groups --describe shows lag, kafka log-dirs sizes, and Kafka's own "
        + "kafka-jmx.sh reads the JVM's brokers."
}

struct ZooKeeperServerStartNotice: Notice {
    static let name = "zookeeper-server-start"
    static let summary = "Kafka 4 has no ZooKeeper"
    static let advice = "Kafka 4 has no ZooKeeper: 'kafka broker' alone is broker and controller."
}

struct ZooKeeperServerStopNotice: Notice {
    static let name = "zookeeper-server-stop"
    static let summary = "Kafka 4 has no ZooKeeper"
    static let advice = "Kafka 4 has no ZooKeeper; 'kafka server-stop' stops the broker, which is all there is."
}

struct ZooKeeperShellNotice: Notice {
    static let name = "zookeeper-shell"
    static let summary = "Kafka 4 has no ZooKeeper"
    static let advice =
        "Kafka 4 has no ZooKeeper: 'kafka metadata-quorum' and 'kafka dump-log --cluster-metadata-decoder' show its metadata."
}
