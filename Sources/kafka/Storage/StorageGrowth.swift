// SPDX-License-Identifier: Apache-2.0

import KafkaBroker
import KafkaClient
import KafkaLog
import KafkaProtocol

/// `kafka storage grow`: from one node's directory to a cluster of Apache Kafka, a step at a time.
struct StorageGrowth: Sendable {
    private let folder: String
    private let nodes: [GrowthNode]?
    private let waits: Bool

    init(_ arguments: Arguments) throws {
        folder = arguments.string("files") ?? "kafka-cluster"
        nodes = try arguments.string("nodes").map(GrowthNode.list)
        waits = arguments.flag("wait")
    }

    func run(_ arguments: Arguments, _ context: Context) async throws {
        let plan: GrowthPlan
        if let known = try GrowthPlan(in: folder) {
            if let nodes, nodes != known.nodes {
                throw CommandError(
                    "\(folder) has a plan with other nodes: \(known.nodes.map(\.description).joined(separator: ",")); leave "
                        + "--nodes out to go on with it, or name another folder with --files")
            }
            plan = known
        } else {
            guard let nodes else { throw CommandError.missing("nodes") }
            plan = try prepare(nodes, try StorageTarget(arguments, context), context)
        }
        try await goOn(plan, context)
    }

    // MARK: Before anything is started

    private func prepare(_ nodes: [GrowthNode], _ target: StorageTarget, _ context: Context) throws -> GrowthPlan {
        guard target.directories.count == 1 else {
            throw CommandError(
                "Several data directories can't be grown yet; they are \(target.directories.joined(separator: ", "))")
        }
        let directory = FileSystem.absolute(target.directories[0])
        guard try FileText.kind(of: directory) == .directory, let owner = try StorageFormat.owner(of: directory),
            let clusterID = owner.clusterID, let first = owner.nodeID
        else {
            throw CommandError(
                "\(directory) is no data directory; --data-dir names the one of the broker that is to grow")
        }
        guard nodes.contains(where: { $0.id == first }) else {
            throw CommandError("\(directory) belongs to node \(first), which --nodes must name: the node keeps its id")
        }
        do {
            // With the lock, so that no broker writes meanwhile.
            let logs = try LogDirectory.open(directory)
            defer { logs.close() }
            let check = try StorageCheck(logs)
            if let finding = check.findings.first {
                throw CommandError("\(finding.problem); kafka storage check --data-dir \(directory) tells more")
            }
            let plan = GrowthPlan(
                clusterID: clusterID, first: first, directory: directory, topicIDs: check.topicIDs(100), nodes: nodes)
            try write(plan, context)
            return plan
        } catch let error as LogError {
            throw CommandError(error.message)
        }
    }

    /// The plan's own file comes last: without it nothing counts, and all is written again.
    private func write(_ plan: GrowthPlan, _ context: Context) throws(LogError) {
        _ = try FileSystem.makeDirectory(folder)
        let metadata = "\(plan.directory)/__cluster_metadata-0"
        let backup = "\(folder)/\(GrowthPlan.backupName)"
        _ = try FileSystem.makeDirectory(backup)
        for name in try FileSystem.names(in: metadata) {
            guard let bytes = try FileSystem.contents("\(metadata)/\(name)") else { continue }
            try FileSystem.replace("\(backup)/\(name)", with: bytes, durability: .contentsAndName)
        }
        for node in plan.nodes {
            try FileSystem.replace(
                "\(folder)/\(GrowthPlan.fileName(of: node))", with: Array(plan.properties(of: node).utf8),
                durability: .contentsAndName)
        }
        try FileSystem.replace(
            "\(folder)/\(GrowthPlan.fileName)", with: Array(plan.text.utf8), durability: .contentsAndName)
        context.out.line(
            "Wrote \(plan.nodes.map { GrowthPlan.fileName(of: $0) }.joined(separator: ", ")) to \(folder), and")
        context.out.line("a copy of the metadata of node \(plan.first) to \(backup).")
    }

    // MARK: While nodes are started

    private func goOn(_ plan: GrowthPlan, _ context: Context) async throws {
        var told: GrowthStep?
        while true {
            let step = GrowthStep(plan, await view(plan))
            switch step {
            case .stopStrangers(let ids):
                throw CommandError(danger(plan, ids))
            case .spread:
                return try await withCluster(plan.nodes.map { BrokerAddress(host: $0.host, port: Int($0.port)) }) {
                    cluster in
                    try await GrowthSpread(nodes: plan.nodes.map(\.id)).run(Admin(cluster), context)
                }
            case .waitForLeader, .waitFor:
                if !isSame(step, told) { context.note(words(step, plan)) }
            case .startFirst, .start:
                if !isSame(step, told) { context.out.line(words(step, plan)) }
                if !waits { return }
            }
            context.out.flush()
            told = step
            try await Task.sleep(for: .seconds(1))
        }
    }

    /// The same step, whatever is left of it.
    private func isSame(_ step: GrowthStep, _ other: GrowthStep?) -> Bool {
        if case .waitFor(let id, _) = step, case .waitFor(id, _) = other { return true }
        return step == other
    }

    private func words(_ step: GrowthStep, _ plan: GrowthPlan) -> String {
        func file(_ id: Int32) -> String { "node-\(id).properties" }
        switch step {
        case .startFirst(let next):
            let order =
                next.map { "node \(plan.first), and then node \($0). No other before it is said here!" }
                ?? "node \(plan.first)."
            return """
                Next: start \(order)
                  node \(plan.first), which has the data: bin/kafka-server-start.sh \(file(plan.first))
                \(next.map { starting($0, plan) + "\n" } ?? "")Then: kafka storage grow --files \(folder)
                """
        case .start(let id):
            return """
                Next: start node \(id), and no other.
                \(starting(id, plan))
                Then: kafka storage grow --files \(folder)
                """
        case .waitForLeader: return "waiting for a leader of the controllers"
        case .waitFor(let id, let lag): return "waiting for node \(id) to read the metadata, \(lag) records"
        case .stopStrangers(let ids): return danger(plan, ids)
        case .spread: return "giving partitions to all nodes"
        }
    }

    private func starting(_ id: Int32, _ plan: GrowthPlan) -> String {
        """
          node \(id), with an empty log.dirs: bin/kafka-storage.sh format -t \(plan.clusterID) -c node-\(id).properties
                                           bin/kafka-server-start.sh node-\(id).properties
        """
    }

    private func danger(_ plan: GrowthPlan, _ ids: [Int32]) -> String {
        let names = ids.map(String.init).joined(separator: " and ")
        return
            "Nodes \(names) have no metadata of node \(plan.first) and lead without it. Stop node \(plan.first) if it runs, "
            + "stop \(names), empty their log.dirs and format them again; node \(plan.first) would lose all its topics to them. "
            + "Should it have met them: put the files of \(folder)/\(GrowthPlan.backupName) back into "
            + "\(plan.directory)/__cluster_metadata-0, and rename partitions that end in -stray or -delete"
    }

    // MARK: Looking

    private func view(_ plan: GrowthPlan) async -> GrowthView {
        let reachable = await withTaskGroup(of: Int32?.self) { group in
            for node in plan.nodes {
                group.addTask { await isThere(node) ? node.id : nil }
            }
            return await group.reduce(into: Set<Int32>()) { if let id = $1 { $0.insert(id) } }
        }
        guard !reachable.isEmpty else { return GrowthView(reachable: []) }
        let controllers = plan.nodes.filter { reachable.contains($0.id) }.map {
            BrokerAddress(host: $0.host, port: Int($0.controllerPort))
        }
        let quorum = try? await withCluster(controllers, areControllers: true) {
            try await MetadataQuorumCommand.quorum($0)
        }
        guard let quorum, quorum.leaderID >= 0 else { return GrowthView(reachable: reachable) }
        return GrowthView(
            reachable: reachable,
            quorum: GrowthView.Quorum(
                leader: quorum.leaderID, hasTopics: await hasTopics(plan, quorum.leaderID),
                ends: Dictionary(
                    quorum.currentVoters.map { ($0.replicaID, $0.logEndOffset) }, uniquingKeysWith: { $1 })))
    }

    /// A broker answers once it has read the metadata of its controllers.
    private func hasTopics(_ plan: GrowthPlan, _ leader: Int32) async -> Bool? {
        guard !plan.topicIDs.isEmpty else { return true }
        guard let node = plan.nodes.first(where: { $0.id == leader }) else { return false }
        let address = BrokerAddress(host: node.host, port: Int(node.port))
        let topics = try? await withCluster([address], limit: .seconds(3)) {
            try await $0.describeTopics(ids: plan.topicIDs)
        }
        return topics.map { $0.contains { $0.error != .unknownTopicID } }
    }

    /// Whether a controller answers at all; before it has a leader it answers by refusing.
    private func isThere(_ node: GrowthNode) async -> Bool {
        let address = BrokerAddress(host: node.host, port: Int(node.controllerPort))
        do {
            _ = try await withCluster([address], limit: .seconds(3)) { try await $0.apiVersions(of: .any) }
            return true
        } catch let error as ClientError {
            return error.kind != .connection && error.kind != .timedOut
        } catch {
            return false
        }
    }

    private func withCluster<Result: Sendable>(
        _ addresses: [BrokerAddress], areControllers: Bool = false, limit: Duration? = nil,
        _ body: (Cluster) async throws -> Result
    ) async throws -> Result {
        var configuration = ClientConfiguration()
        configuration.bootstrapServers = addresses
        configuration.usesControllers = areControllers
        configuration.clientID = "storage-grow"
        if let limit { configuration.limit(to: limit) }
        let cluster = try await Cluster.connect(configuration)
        do {
            let result = try await body(cluster)
            await cluster.close()
            return result
        } catch {
            await cluster.close()
            throw error
        }
    }
}
