// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaLog
import KafkaProtocol

/// What `kafka storage grow` remembers between its calls, beside the files that it writes for the nodes.
struct GrowthPlan: Sendable, Equatable {
    static let fileName = "growth.properties"
    /// A copy of the first node's metadata as it was before anything was started.
    static let backupName = "metadata-before"

    let clusterID: String
    /// The node that has the data.
    let first: Int32
    /// Its data directory.
    let directory: String
    /// Some of its topics: a quorum that has none of them is not its quorum.
    let topicIDs: [KafkaUUID]
    /// Sorted by id.
    let nodes: [GrowthNode]

    var others: [GrowthNode] { nodes.filter { $0.id != first } }

    /// The plan of a folder; nil if there is none.
    init?(in folder: String) throws {
        let path = "\(folder)/\(Self.fileName)"
        guard try FileText.kind(of: folder) == .directory, try FileText.kind(of: path) == .file else { return nil }
        let file = Properties(parsing: try FileText.read(path, for: "the plan"))
        guard let clusterID = file["cluster.id"], let first = file["first.node"].flatMap({ Int32($0) }),
            let directory = file["directory"], let topics = file["topic.ids"], let nodes = file["nodes"]
        else { throw CommandError("\(path) is damaged; move the folder away, and give --data-dir and --nodes again") }
        self.clusterID = clusterID
        self.first = first
        self.directory = directory
        topicIDs = topics.split(separator: ",").compactMap { KafkaUUID(String($0)) }
        self.nodes = try GrowthNode.list(nodes)
    }

    init(clusterID: String, first: Int32, directory: String, topicIDs: [KafkaUUID], nodes: [GrowthNode]) {
        self.clusterID = clusterID
        self.first = first
        self.directory = directory
        self.topicIDs = topicIDs
        self.nodes = nodes
    }

    /// The plan's own file.
    var text: String {
        var file = Properties()
        file.set("cluster.id", clusterID)
        file.set("first.node", "\(first)")
        file.set("directory", directory)
        file.set("topic.ids", topicIDs.map(\.description).joined(separator: ","))
        file.set("nodes", nodes.map(\.description).joined(separator: ","))
        return file.text
    }

    static func fileName(of node: GrowthNode) -> String { "node-\(node.id).properties" }

    /// A node's server.properties for Apache Kafka.
    func properties(of node: GrowthNode) -> String {
        let voters = nodes.map { "\($0.id)@\($0.controller)" }.joined(separator: ",")
        let isFirst = node.id == first
        // On the same machine it is another one.
        let isNeighbour = !isFirst && nodes.contains { $0.id == first && $0.host == node.host }
        let logs = "log.dirs=\(Self.escaped(directory))\(isNeighbour ? "-\(node.id)" : "")"
        let directories = isFirst ? logs : "# An empty directory of this machine.\n\(logs)"
        return """
            # Node \(node.id) of the cluster \(clusterID).
            process.roles=broker,controller
            node.id=\(node.id)
            # The same in all files, for as long as the cluster lives.
            controller.quorum.voters=\(voters)
            # The addresses that it listens on; PLAINTEXT://:\(node.port) would be all of them.
            listeners=PLAINTEXT://\(node.host):\(node.port),CONTROLLER://\(node.controller)
            advertised.listeners=PLAINTEXT://\(node.host):\(node.port)
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=PLAINTEXT
            \(directories)
            default.replication.factor=3
            # Once every partition has three replicas: min.insync.replicas=2
            offsets.topic.replication.factor=3
            transaction.state.log.replication.factor=3
            transaction.state.log.min.isr=2
            share.coordinator.state.topic.replication.factor=3
            share.coordinator.state.topic.min.isr=2

            """
    }

    private static func escaped(_ path: String) -> String { path.replacing("\\", with: "\\\\") }
}
