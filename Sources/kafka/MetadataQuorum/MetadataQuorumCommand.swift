// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka metadata-quorum`
struct MetadataQuorumCommand: Command {
    static let definition = CommandDefinition(
        name: "metadata-quorum",
        summary: "Show the controllers and how far each has the metadata, and change who they are",
        actions: [
            .word("describe", "Show the quorum, with --status or --replication"),
            .word("add-controller", "Take the controller of --command-config into the quorum"),
            .word("remove-controller", "Take a controller out of the quorum"),
        ],
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.bootstrapController, ConnectionOptions.commandConfig,
            .flag("status", "Describe leader, voters and lag"),
            .flag("replication", "Describe each replica", aliases: ["re"]),
            .flag("human-readable", "With --replication: times as milliseconds ago", aliases: ["hr"]),
            .value("controller-id", "ID", "The controller to remove", short: "i"),
            .value("controller-directory-id", "ID", "Its directory", short: "d"),
            .flag("dry-run", "Only say what would be done"),
        ],
        destruction: { arguments in
            arguments.actions.contains("remove-controller") && !arguments.flag("dry-run")
                ? "take a controller out of the quorum" : nil
        },
        rows: [statusRow, voterRow, replicaRow],
        examples: [.init("kafka metadata-quorum describe --status", "Show who leads the quorum")])

    private static let statusRow = JSONRow(
        "describe", "the quorum, with --status",
        [
            "clusterId", "leaderId", "leaderEpoch", "highWatermark", "maxFollowerLag", "maxFollowerLagTimeMs",
            "currentVoters", "currentObservers",
        ])
    private static let voterRow = JSONRow(
        "describe", "an element of currentVoters and currentObservers", ["id", "directoryId", "endpoints"])
    private static let replicaRow = JSONRow(
        "describe", "a replica, with --replication",
        [
            "nodeId", "directoryId", "logEndOffset", "lag", "lastFetchTimestamp", "lastCaughtUpTimestamp", "status",
        ])

    enum Action: Sendable {
        case status
        case replication(isHuman: Bool)
        case add(AddController, dryRun: Bool)
        case remove(id: Int32, directory: KafkaUUID, dryRun: Bool)
    }

    let connection: ConnectionOptions
    let action: Action

    init(_ arguments: Arguments) throws {
        let word = try arguments.action()
        var connection = try ConnectionOptions(arguments)
        // The file is the new controller's own.
        connection.expectsClientProperties = word != "add-controller"
        self.connection = connection
        if word == "add-controller" {
            action = .add(try AddController(arguments), dryRun: arguments.flag("dry-run"))
            return
        }
        guard word == "describe" else {
            guard let id = try arguments.integer("controller-id", Int32.self) else {
                throw CommandError.missing("controller-id")
            }
            let text = try arguments.required("controller-directory-id")
            guard let directory = KafkaUUID(text) else {
                throw CommandError("Invalid controller-directory-id '\(text)': it is no id of Kafka's.")
            }
            action = .remove(id: id, directory: directory, dryRun: arguments.flag("dry-run"))
            return
        }
        switch (arguments.flag("status"), arguments.flag("replication")) {
        case (true, true):
            throw CommandError("Only one of --status or --replication should be specified with describe sub-command")
        case (true, false):
            if arguments.flag("human-readable") {
                throw CommandError("The option --human-readable is only supported along with --replication")
            }
            action = .status
        case (false, true): action = .replication(isHuman: arguments.flag("human-readable"))
        case (false, false):
            throw CommandError("One of --status or --replication must be specified with describe sub-command")
        }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            switch action {
            case .status: try await status(cluster, context)
            case .replication(let isHuman): try await replication(isHuman, cluster, context)
            case .add(let controller, let dryRun): try await controller.run(cluster, dryRun: dryRun, context)
            case .remove(let id, let directory, let dryRun):
                let what = "controller \(id) with directory id \(directory)"
                if dryRun { return context.out.line("DRY RUN of removing KRaft \(what)") }
                let clusterID = try await cluster.clusterID()
                let request = RemoveRaftVoterRequest {
                    $0.clusterID = clusterID
                    $0.voterID = id
                    $0.voterDirectoryID = directory
                }
                let response = try await Admin(cluster).send(request, to: .controller)
                if response.errorCode != .none {
                    throw CommandError(response.errorMessage ?? response.errorCode.clientMessage)
                }
                context.out.line("Removed KRaft \(what)")
            }
        }
    }

    /// The quorum as its leader sees it.
    static func quorum(_ cluster: Cluster) async throws -> DescribeQuorumResponse.PartitionData {
        try await describe(cluster).quorum
    }

    private static func describe(
        _ cluster: Cluster
    ) async throws -> (quorum: DescribeQuorumResponse.PartitionData, nodes: [DescribeQuorumResponse.Node]) {
        let request = DescribeQuorumRequest {
            $0.topics = [
                DescribeQuorumRequest.TopicData {
                    $0.topicName = "__cluster_metadata"
                    $0.partitions = [DescribeQuorumRequest.PartitionData { $0.partitionIndex = 0 }]
                }
            ]
        }
        let response = try await Admin(cluster).send(request, to: .controller)
        if response.errorCode != .none { throw CommandError(response.errorMessage ?? response.errorCode.clientMessage) }
        guard let partition = response.topics.first?.partitions.first else {
            throw CommandError("The answer says nothing about __cluster_metadata")
        }
        if partition.errorCode != .none {
            throw CommandError(partition.errorMessage ?? partition.errorCode.clientMessage)
        }
        return (partition, response.nodes)
    }

    private func status(_ cluster: Cluster, _ context: Context) async throws {
        let (quorum, nodes) = try await Self.describe(cluster)
        let leader = quorum.currentVoters.first { $0.replicaID == quorum.leaderID }
        let slowest = quorum.currentVoters.min { $0.logEndOffset < $1.logEndOffset }
        let lag = (leader?.logEndOffset ?? 0).subtractingSaturating(slowest?.logEndOffset ?? 0)
        var lagMs: Int64 = -1
        if let leader, let slowest {
            if leader.replicaID == slowest.replicaID {
                lagMs = 0
            } else if leader.lastCaughtUpTimestamp >= 0, slowest.lastCaughtUpTimestamp >= 0 {
                lagMs = leader.lastCaughtUpTimestamp.subtractingSaturating(slowest.lastCaughtUpTimestamp)
            }
        }
        let clusterID = try await cluster.clusterID() ?? "null"
        if context.writesJSON {
            return context.write(
                Self.statusRow(
                    .string(clusterID), .number(quorum.leaderID), .number(quorum.leaderEpoch),
                    .number(quorum.highWatermark), .number(lag), .known(lagMs),
                    Self.json(quorum.currentVoters, nodes), Self.json(quorum.observers, nodes)))
        }
        for (name, value) in [
            ("ClusterId:", clusterID), ("LeaderId:", "\(quorum.leaderID)"), ("LeaderEpoch:", "\(quorum.leaderEpoch)"),
            ("HighWatermark:", "\(quorum.highWatermark)"), ("MaxFollowerLag:", "\(lag)"),
            ("MaxFollowerLagTimeMs:", "\(lagMs)"), ("CurrentVoters:", Self.text(quorum.currentVoters, nodes)),
            ("CurrentObservers:", Self.text(quorum.observers, nodes)),
        ] {
            context.out.line(name.padded(24) + value)
        }
    }

    private static func json(
        _ replicas: [DescribeQuorumResponse.ReplicaState], _ nodes: [DescribeQuorumResponse.Node]
    ) -> JSON {
        .array(
            replicas.map { replica in
                let listeners = nodes.first { $0.nodeID == replica.replicaID }?.listeners ?? []
                return voterRow(
                    .number(replica.replicaID), directory(of: replica),
                    .strings(listeners.map { "\($0.name)://\($0.host):\($0.port)" }))
            })
    }

    private static func directory(of replica: DescribeQuorumResponse.ReplicaState) -> JSON {
        replica.replicaDirectoryID == .zero ? .null : .string(replica.replicaDirectoryID.description)
    }

    private static func text(
        _ replicas: [DescribeQuorumResponse.ReplicaState], _ nodes: [DescribeQuorumResponse.Node]
    ) -> String {
        let texts = replicas.map { replica in
            let directory = replica.replicaDirectoryID == .zero ? "null" : "\"\(replica.replicaDirectoryID)\""
            let listeners = nodes.first { $0.nodeID == replica.replicaID }?.listeners ?? []
            let endpoints = listeners.map { "\"\($0.name)://\($0.host):\($0.port)\"" }.joined(separator: ", ")
            let tail = listeners.isEmpty ? "" : ", \"endpoints\": [\(endpoints)]"
            return "{\"id\": \(replica.replicaID), \"directoryId\": \(directory)\(tail)}"
        }
        return "[\(texts.joined(separator: ", "))]"
    }

    private func replication(_ isHuman: Bool, _ cluster: Cluster, _ context: Context) async throws {
        let (quorum, _) = try await Self.describe(cluster)
        let end = quorum.currentVoters.first { $0.replicaID == quorum.leaderID }?.logEndOffset ?? quorum.highWatermark
        let now = Timestamps.now()
        func time(_ timestamp: Int64) -> String {
            timestamp < 0 ? "-1" : isHuman ? "\(now.subtractingSaturating(timestamp)) ms ago" : "\(timestamp)"
        }
        let replicas =
            quorum.currentVoters.filter { $0.replicaID == quorum.leaderID }.map { ($0, "Leader") }
            + quorum.currentVoters.filter { $0.replicaID != quorum.leaderID }.map { ($0, "Follower") }
            + quorum.observers.map { ($0, "Observer") }
        if context.writesJSON {
            for (replica, status) in replicas {
                context.write(
                    Self.replicaRow(
                        .number(replica.replicaID), Self.directory(of: replica), .number(replica.logEndOffset),
                        .number(end.subtractingSaturating(replica.logEndOffset)), .known(replica.lastFetchTimestamp),
                        .known(replica.lastCaughtUpTimestamp), .string(status)))
            }
            return
        }
        func row(_ replica: DescribeQuorumResponse.ReplicaState, _ status: String) -> [String] {
            [
                "\(replica.replicaID)", "\(replica.replicaDirectoryID)", "\(replica.logEndOffset)",
                "\(end.subtractingSaturating(replica.logEndOffset))", time(replica.lastFetchTimestamp),
                time(replica.lastCaughtUpTimestamp),
                status,
            ]
        }
        TabTable(
            headers: [
                "NodeId", "DirectoryId", "LogEndOffset", "Lag", "LastFetchTimestamp", "LastCaughtUpTimestamp", "Status",
            ],
            rows: replicas.map(row)
        ).print(context)
    }
}
