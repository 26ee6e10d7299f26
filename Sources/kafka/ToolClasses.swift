// SPDX-License-Identifier: Apache-2.0

import KafkaProtocol

/// Java's classes behind Kafka's scripts, for `kafka-run-class.sh CLASS …`: old packages (`kafka.admin`, `kafka.tools`) and
/// new ones (`org.apache.kafka.tools`) alike, since the last part of the name tells them apart.
enum ToolClasses {
    static let tools: [(name: String, tool: String)] = [
        ("AclCommand", "acls"), ("BrokerApiVersionsCommand", "broker-api-versions"),
        ("ClientMetricsCommand", "client-metrics"), ("ClusterTool", "cluster"), ("ConfigCommand", "configs"),
        ("ConsoleConsumer", "console-consumer"), ("ConsoleProducer", "console-producer"),
        ("ConsoleShareConsumer", "console-share-consumer"), ("ConsumerGroupCommand", "consumer-groups"),
        ("ConsumerPerformance", "consumer-perf-test"), ("DelegationTokenCommand", "delegation-tokens"),
        ("DeleteRecordsCommand", "delete-records"), ("DumpLogSegments", "dump-log"), ("EndToEndLatency", "e2e-latency"),
        ("FeatureCommand", "features"), ("GetOffsetShell", "get-offsets"), ("GroupsCommand", "groups"),
        ("JmxTool", "jmx"), ("Kafka", "server-start"), ("LeaderElectionCommand", "leader-election"),
        ("LogDirsCommand", "log-dirs"), ("MetadataQuorumCommand", "metadata-quorum"),
        ("MetadataShell", "metadata-shell"), ("PreferredReplicaLeaderElectionCommand", "leader-election"),
        ("ProducerPerformance", "producer-perf-test"), ("ReassignPartitionsCommand", "reassign-partitions"),
        ("ReplicaVerificationTool", "replica-verification"), ("ShareConsumerPerformance", "share-consumer-perf-test"),
        ("ShareGroupCommand", "share-groups"), ("StorageTool", "storage"), ("StreamsGroupCommand", "streams-groups"),
        ("StreamsResetter", "streams-application-reset"), ("TopicCommand", "topics"),
        ("TransactionalMessageCopier", "transactional-message-copier"), ("TransactionsCommand", "transactions"),
        ("VerifiableConsumer", "verifiable-consumer"), ("VerifiableProducer", "verifiable-producer"),
        ("VerifiableShareConsumer", "verifiable-share-consumer"),
        ("ZooKeeperMainWithTlsSupportForKafka", "zookeeper-shell"),
    ]

    /// Nil for a class that is none of Kafka's tools.
    static func tool(_ className: String) -> String? {
        let parts = className.split(separator: ".")
        guard let last = parts.last, parts.count == 1 || ["kafka", "org"].contains(parts[0]) else { return nil }
        return tools.first { $0.name == last }?.tool
    }

    /// What is wrong with the name of a class.
    static func refusal(_ className: String?) -> String {
        guard let className, !className.hasPrefix("-") else {
            return
                "run-class takes the name of a class and its arguments, such as kafka.tools.GetOffsetShell --topic orders"
        }
        let last = className.split(separator: ".").last.map(String.init) ?? className
        let hint = closest(to: last, among: tools.map(\.name)).map { "; did you mean \($0)?" } ?? ""
        return "the class '\(className)' is Java code, and none of Kafka's tools\(hint)"
    }
}
