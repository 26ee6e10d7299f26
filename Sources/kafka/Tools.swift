// SPDX-License-Identifier: Apache-2.0

/// The tools by name. Looking one up builds nothing of the others.
enum Tools {
    static func command(named name: String) -> (any Command.Type)? {
        switch name {
        case "broker": BrokerCommand.self
        case "topics", "topic": TopicsCommand.self
        case "console-producer": ConsoleProducerCommand.self
        case "console-consumer": ConsoleConsumerCommand.self
        case "consumer-groups": ConsumerGroupsCommand.self
        case "get-offsets": GetOffsetsCommand.self
        case "delete-records": DeleteRecordsCommand.self
        case "log-dirs": LogDirsCommand.self
        case "cluster": ClusterCommand.self
        case "broker-api-versions": BrokerApiVersionsCommand.self
        case "leader-election": LeaderElectionCommand.self
        case "transactions": TransactionsCommand.self
        case "configs": ConfigsCommand.self
        case "reassign-partitions": ReassignPartitionsCommand.self
        case "storage": StorageCommand.self
        case "dump-log": DumpLogCommand.self
        case "groups": GroupsCommand.self
        case "ready": ReadyCommand.self
        case "health": HealthCommand.self
        case "cub": UtilityBeltCommand.self
        case "dev": DevCommand.self
        case "expect": ExpectCommand.self
        case "cp": CopyCommand.self
        case "features": FeaturesCommand.self
        case "metadata-quorum": MetadataQuorumCommand.self
        case "producer-perf-test": ProducerPerfCommand.self
        case "consumer-perf-test": ConsumerPerfCommand.self
        case "e2e-latency": EndToEndLatencyCommand.self
        case "server-start": ServerStartCommand.self
        case "server-stop": ServerStopCommand.self
        case "jmx": JmxNotice.self
        case "verifiable-producer": VerifiableProducerCommand.self
        case "verifiable-consumer": VerifiableConsumerCommand.self
        case "transactional-message-copier": MessageCopierCommand.self
        case "metadata-shell": MetadataShellCommand.self
        case "replica-verification": ReplicaVerificationCommand.self
        case "client-metrics": ClientMetricsCommand.self
        case "delegation-tokens": DelegationTokensCommand.self
        case "share-groups": ShareGroupsCommand.self
        case "console-share-consumer": ConsoleShareConsumerCommand.self
        case "share-consumer-perf-test": ShareConsumerPerfCommand.self
        case "verifiable-share-consumer": VerifiableShareConsumerCommand.self
        case "streams-groups": StreamsGroupsCommand.self
        case "streams-application-reset": StreamsApplicationResetCommand.self
        case "zookeeper-server-start": ZooKeeperServerStartNotice.self
        case "zookeeper-server-stop": ZooKeeperServerStopNotice.self
        case "zookeeper-shell": ZooKeeperShellNotice.self
        case "acls": AclsCommand.self
        case "shell": ShellCommand.self
        case "clusters": ClustersCommand.self
        case "doctor": DoctorCommand.self
        case "nodes": NodesCommand.self
        case "top": TopCommand.self
        case "web": WebCommand.self
        default: nil
        }
    }

    /// As `kafka --help` lists them.
    static let listed = [
        "broker", "shell", "topics", "console-producer", "console-consumer", "consumer-groups",
        "groups", "configs",
        "acls",
        "get-offsets", "delete-records", "log-dirs", "leader-election", "reassign-partitions", "replica-verification",
        "transactions", "cluster", "features", "metadata-quorum", "metadata-shell", "broker-api-versions",
        "client-metrics", "delegation-tokens", "producer-perf-test", "consumer-perf-test", "e2e-latency",
        "verifiable-producer", "verifiable-consumer", "transactional-message-copier", "dump-log", "storage",
        "share-groups", "console-share-consumer",
        "share-consumer-perf-test", "verifiable-share-consumer", "streams-groups", "streams-application-reset",
        "clusters", "doctor", "top", "web", "health", "ready", "dev", "nodes", "expect", "cp", "cub", "server-start",
        "server-stop",
        "jmx", "zookeeper-server-start",
        "zookeeper-server-stop",
        "zookeeper-shell",
    ]

    static let table = ToolTable(listed: listed) { command(named: $0)?.definition }
}
