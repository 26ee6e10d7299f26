// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka nodes`
struct NodesCommand: Command {
    static let definition = CommandDefinition(
        name: "nodes",
        summary: "List a cluster's nodes, and stop and start those of a broker for tests",
        discussion: """
            list shows the nodes of any cluster, who is the controller, and how many partitions each leads.

            stop and start are for brokers that were started with kafka broker --ephemeral --nodes N, or kafka dev --nodes N: \
            one process that is several brokers to its clients, over one store. A node that is stopped closes its port and \
            its connections; others lead what it led, and it is in sync no longer, so that acks=all is refused with \
            NOT_ENOUGH_REPLICAS below min.insync.replicas, and partitions without another replica have no leader. A node \
            that is started is in sync at once, and leads again after kafka leader-election --election-type preferred. \
            The last node stays up. Nothing is replicated there: it is for tests of applications alone.
            """,
        actions: [
            .word("list", "Show the nodes"),
            .word("stop", "Stop nodes"),
            .word("start", "Start nodes that are stopped"),
        ],
        options: ConnectionOptions.all + [
            .value("id", "ID", "The node; stop and start take several words", repeats: true)
        ],
        subject: "id",
        rows: [row],
        examples: [
            .init("kafka nodes list", "Who is up, and who leads"),
            .init("kafka nodes stop 2", "As if node 2 had gone down"),
            .init("kafka nodes start 2", "Have it back"),
        ],
        differences: [
            "Apache Kafka has no such tool. Any client can do the same: it sets node.state of broker 2 to stopped or running "
                + "(IncrementalAlterConfigs), by way of another node."
        ])

    private static let row = JSONRow(
        "list", "a node", ["id", "host", "port", "rack", "running", "controller", "leaders", "replicas", "inSync"])

    let connection: ConnectionOptions
    let action: String
    let ids: [Int32]

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        action = try arguments.action()
        ids = try arguments.strings("id").map { text in
            guard let id = Int32(text), id >= 0 else {
                throw CommandError("Invalid value '\(text)' of option id: it must be a node's number.")
            }
            return id
        }
        if action == "list", !ids.isEmpty { throw CommandError.conflict("id", with: action) }
        if action != "list", ids.isEmpty { throw CommandError.missing("id") }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            guard action != "list" else { return try await list(cluster, context) }
            for id in ids {
                try await set(id, cluster)
                context.out.line("Node \(id) is \(action == "stop" ? "stopped" : "started").")
            }
        }
    }

    private func set(_ id: Int32, _ cluster: Cluster) async throws {
        let live = try await cluster.brokers().map(\.id)
        // A node that is being stopped can't answer any more.
        guard let other = live.first(where: { $0 != id }) ?? live.first else {
            throw CommandError("No node is up.")
        }
        let request = IncrementalAlterConfigsRequest {
            $0.resources = [
                .init {
                    $0.resourceType = ConfigResource.Kind.broker.rawValue
                    $0.resourceName = String(id)
                    $0.configs = [
                        .init { ($0.name, $0.value) = ("node.state", action == "stop" ? "stopped" : "running") }
                    ]
                }
            ]
        }
        let response = try await Admin(cluster).send(request, to: .broker(other))
        guard let answer = response.responses.first, answer.errorCode != .none else { return }
        let reason = answer.errorMessage ?? answer.errorCode.clientMessage
        // Another kind of broker knows no such property, or asks broker 2 itself.
        if answer.errorCode == .invalidConfig || reason.hasPrefix("Unexpected broker id") {
            throw CommandError(
                "Node \(id) can't be told to \(action): this is no broker that was started with --nodes (\(reason))")
        }
        throw CommandError(reason)
    }

    private func list(_ cluster: Cluster, _ context: Context) async throws {
        let response = try await cluster.send(DescribeClusterRequest { $0.includeFencedBrokers = true })
        if response.errorCode != .none {
            throw CommandError(response.errorMessage ?? response.errorCode.clientMessage)
        }
        var (leaders, replicas, inSync): ([Int32: Int], [Int32: Int], [Int32: Int]) = ([:], [:], [:])
        for topic in try await cluster.describeTopics(nil) {
            for partition in topic.partitions {
                if let leader = partition.leader { leaders[leader, default: 0] += 1 }
                for id in partition.replicas { replicas[id, default: 0] += 1 }
                for id in partition.isr { inSync[id, default: 0] += 1 }
            }
        }
        let nodes = response.brokers.sorted { $0.brokerID < $1.brokerID }
        if context.writesJSON {
            for node in nodes {
                let id = node.brokerID
                context.write(
                    Self.row(
                        .number(id), .string(node.host), .number(node.port), .optional(node.rack),
                        .bool(!node.isFenced), .bool(id == response.controllerID), .number(leaders[id] ?? 0),
                        .number(replicas[id] ?? 0), .number(inSync[id] ?? 0)))
            }
            return
        }
        Table(
            columns: [
                .init("NODE", 4), .init("ADDRESS", 15), .init("STATE", 7), .init("CONTROLLER", 10),
                .init("LEADERS", 7), .init("REPLICAS", 8), .init("IN-SYNC", 7),
            ],
            rows: nodes.map { node in
                let id = node.brokerID
                return [
                    String(id), "\(node.host):\(node.port)", node.isFenced ? "stopped" : "running",
                    id == response.controllerID ? "yes" : "no", String(leaders[id] ?? 0), String(replicas[id] ?? 0),
                    String(inSync[id] ?? 0),
                ]
            }
        ).print(context)
    }
}
