// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka cluster`
struct ClusterCommand: Command {
    static let definition = CommandDefinition(
        name: "cluster",
        summary: "Show a cluster's id and its brokers, and unregister brokers",
        actions: [
            .word("cluster-id", "Show the id of the cluster"),
            .word("list-endpoints", "Show the addresses of brokers or controllers"),
            .word("unregister", "Forget a broker that is gone for good"),
        ],
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.bootstrapController.shortened("C"),
            .value(
                "command-config", "FILE", "File with client properties", short: "c", aliases: ["config"],
                completion: .file),
            .value("id", "ID", "The broker to unregister", short: "i"),
            .flag("include-fenced-brokers", "List brokers that are registered but fenced as well"),
        ],
        destruction: { $0.actions.contains("unregister") ? "forget a broker" : nil },
        rows: [idRow, endpoint],
        examples: [.init("kafka cluster cluster-id", "Print the id of the cluster")])

    private static let idRow = JSONRow("cluster-id", "the cluster", ["clusterId"])
    private static let endpoint = JSONRow(
        "list-endpoints", "a node", ["id", "host", "port", "rack", "endpointType", "isFenced"])

    let connection: ConnectionOptions
    let action: String
    let id: Int32?
    let includesFenced: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        action = try arguments.action()
        id = try arguments.integer("id")
        includesFenced = arguments.flag("include-fenced-brokers")
        if action == "unregister", id == nil { throw CommandError.missing("id") }
        if action != "unregister", id != nil { throw CommandError.conflict("id", with: action) }
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context) { cluster in
            switch action {
            case "cluster-id": try await showID(cluster, context)
            case "list-endpoints": try await listEndpoints(cluster, context)
            default: try await unregister(cluster, context)
            }
        }
    }

    private func showID(_ cluster: Cluster, _ context: Context) async throws {
        guard let clusterID = try await cluster.clusterID() else {
            throw CommandError("The cluster has no id; its brokers are older than Kafka 0.10.1.")
        }
        if context.writesJSON { return context.write(Self.idRow(.string(clusterID))) }
        context.out.line("Cluster ID: \(clusterID)")
    }

    private func unregister(_ cluster: Cluster, _ context: Context) async throws {
        let broker = id ?? -1
        let response = try await Admin(cluster).send(
            UnregisterBrokerRequest { $0.brokerID = broker }, to: .controller)
        if response.errorCode != .none {
            throw CommandError("Broker \(broker): \(response.errorMessage ?? response.errorCode.clientMessage)")
        }
        context.out.line("Broker \(broker) is no longer registered.")
    }

    private func listEndpoints(_ cluster: Cluster, _ context: Context) async throws {
        let response = try await cluster.send(
            DescribeClusterRequest {
                $0.includeFencedBrokers = includesFenced
                $0.endpointType = connection.usesControllers ? 2 : 1
            })
        if response.errorCode != .none {
            throw CommandError(response.errorMessage ?? response.errorCode.clientMessage)
        }
        let brokers = response.brokers.sorted { $0.brokerID < $1.brokerID }
        let type = response.endpointType == 2 ? "controller" : "broker"
        if context.writesJSON {
            for broker in brokers {
                context.write(
                    Self.endpoint(
                        .number(broker.brokerID), .string(broker.host), .number(broker.port), .optional(broker.rack),
                        .string(type), .bool(broker.isFenced)))
            }
            return
        }
        Table(
            columns: [
                .init("ID", 10), .init("HOST", brokers.map(\.host.count).max() ?? 100), .init("PORT", 10),
                .init("RACK", brokers.compactMap { $0.rack?.count }.max() ?? 10),
                // Controllers are not fenced.
                .init("STATE", 10, if: response.endpointType != 2), .init("ENDPOINT_TYPE", 15),
            ],
            rows: brokers.map { broker in
                [
                    String(broker.brokerID), broker.host, String(broker.port), broker.rack ?? "null",
                    broker.isFenced ? "fenced" : "unfenced", type,
                ]
            }
        ).print(context)
    }
}
