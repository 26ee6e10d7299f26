// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka reassign-partitions`
struct ReassignPartitionsCommand: Command {
    static let definition = CommandDefinition(
        name: "reassign-partitions",
        summary: "Move partitions to other brokers or directories",
        actions: [
            .flag("generate", "Propose a plan for topics and brokers"),
            .flag("execute", "Start what a plan says"),
            .flag("verify", "Show how far a plan is, and remove throttles when it is done"),
            .flag("cancel", "Stop what a plan started"),
            .flag("list", "Show what is under way"),
        ],
        options: [
            ConnectionOptions.bootstrapServer, ConnectionOptions.bootstrapController, ConnectionOptions.commandConfig,
            .value("reassignment-json-file", "FILE", "The plan, as --generate proposes it", completion: .file),
            .value(
                "topics-to-move-json-file", "FILE", #"Generate for: {"topics":[{"topic":"orders"}]}"#, completion: .file
            ),
            .value("broker-list", "IDS", "Generate for these brokers, with commas"),
            .flag("disable-rack-aware", "Generate without regard to racks"),
            .value("throttle", "BYTES", "Bytes a second to move between brokers at most [-1: no limit]"),
            .value("replica-alter-log-dirs-throttle", "BYTES", "Bytes a second between directories at most [-1]"),
            .value("timeout", "MS", "Longest wait for a move between directories to start [10000]"),
            .flag("additional", "Execute beside what is under way already"),
            .flag("disallow-replication-factor-change", "Execute only if no partition gets more or fewer replicas"),
            .flag("preserve-throttles", "Leave throttles as they are"),
        ],
        destruction: { $0.flag("execute") ? "move partitions" : nil },
        rows: [row],
        examples: [
            .init(
                "kafka reassign-partitions --generate --topics-to-move-json-file topics.json --broker-list 1,2,3",
                "Propose where the topics' partitions go"),
            .init(
                "kafka reassign-partitions --execute --reassignment-json-file plan.json --throttle 50000000", "Start"),
        ])

    private static let row = JSONRow(
        "list", "a partition that is moving",
        ["topic", "partition", "replicas", "addingReplicas", "removingReplicas"])

    let connection: ConnectionOptions
    let action: String
    private let plan: ReassignmentPlan?
    private let generation: ReassignmentGeneration?
    private let throttle: Int64
    private let directoryThrottle: Int64
    private let timeoutMs: Int64
    private let isAdditional: Bool
    private let keepsFactor: Bool
    private let keepsThrottles: Bool

    init(_ arguments: Arguments) throws {
        connection = try ConnectionOptions(arguments)
        action = try arguments.action()
        let permitted: [String: [String]] = [
            "generate": ["topics-to-move-json-file", "broker-list", "disable-rack-aware"],
            "execute": [
                "reassignment-json-file", "throttle", "replica-alter-log-dirs-throttle", "timeout", "additional",
                "disallow-replication-factor-change",
            ],
            "verify": ["reassignment-json-file", "preserve-throttles"],
            "cancel": ["reassignment-json-file", "preserve-throttles", "timeout"],
            "list": [],
        ]
        let everywhere = ["bootstrap-server", "bootstrap-controller", "command-config", action]
        let own = Set(arguments.definition.options.map(\.name))
        for (name, _) in arguments.occurrences
        where own.contains(name) && !(permitted[action]! + everywhere).contains(name) {
            throw CommandError("Option \"[\(name)]\" can't be used with action \"[\(action)]\"")
        }
        throttle = try arguments.integer("throttle") ?? -1
        directoryThrottle = try arguments.integer("replica-alter-log-dirs-throttle") ?? -1
        timeoutMs = try arguments.integer("timeout") ?? 10_000
        isAdditional = arguments.flag("additional")
        keepsFactor = arguments.flag("disallow-replication-factor-change")
        keepsThrottles = arguments.flag("preserve-throttles")
        generation = action == "generate" ? try ReassignmentGeneration(arguments) : nil
        plan =
            ["execute", "verify", "cancel"].contains(action)
            ? try ReassignmentPlan(file: try arguments.required("reassignment-json-file")) : nil
    }

    func run(_ context: Context) async throws {
        try await connection.withCluster(context, clientID: "reassign-partitions-tool") { cluster in
            let admin = Admin(cluster)
            if let generation { return try await generation.run(admin, context) }
            guard let plan else { return try await list(admin, context) }
            let moves = ReplicaMoves(admin: admin, context: context, timeoutMs: timeoutMs)
            switch action {
            case "execute":
                let execution = ReassignmentExecution(
                    plan: plan, throttle: throttle, directoryThrottle: directoryThrottle, isAdditional: isAdditional,
                    keepsFactor: keepsFactor)
                let started = Set(try await execution.run(admin, context))
                try await moves.start(plan.directories.filter { started.contains($0.key.partition) })
            case "verify": try await verify(plan, moves, admin, context)
            default: try await cancel(plan, moves, admin, context)
            }
        }
    }

    private func list(_ admin: Admin, _ context: Context) async throws {
        let moves = try await Reassignments.list(admin)
        if context.writesJSON {
            for (partition, move) in moves.sorted(by: { $0.key < $1.key }) {
                context.write(
                    Self.row(
                        .string(partition.topic), .number(partition.partition), .list(move.replicas),
                        .list(move.addingReplicas), .list(move.removingReplicas)))
            }
            return
        }
        if moves.isEmpty { return context.out.line("No partition reassignments found.") }
        context.out.line("Current partition reassignments:")
        func text(_ ids: [Int32]) -> String { ids.map(String.init).joined(separator: ",") }
        for (partition, move) in moves.sorted(by: { $0.key < $1.key }) {
            var line = "\(partition): replicas: \(text(move.replicas))."
            if !move.addingReplicas.isEmpty { line += " adding: \(text(move.addingReplicas))." }
            if !move.removingReplicas.isEmpty { line += " removing: \(text(move.removingReplicas))." }
            context.out.line(line)
        }
    }

    private func verify(
        _ plan: ReassignmentPlan, _ moves: ReplicaMoves, _ admin: Admin, _ context: Context
    ) async throws {
        let ongoing = try await Reassignments.list(admin)
        let topics = try await admin.cluster.describeTopics(plan.topics).reduce(into: [:]) { $0[$1.name] = $1 }
        context.out.line("Status of partition reassignment:")
        for partition in plan.partitions {
            let target = plan.replicas[partition] ?? []
            if ongoing[partition] != nil {
                context.out.line("Reassignment of partition \(partition) is still in progress.")
                continue
            }
            let current = topics[partition.topic]?.partition(partition.partition)?.replicas ?? []
            if current == target {
                context.out.line("Reassignment of partition \(partition) is completed.")
            } else {
                func text(_ ids: [Int32]) -> String { ids.map(String.init).joined(separator: ",") }
                context.out.line(
                    "There is no active reassignment of partition \(partition), but replica set is \(text(current)) "
                        + "rather than \(text(target)).")
            }
        }
        let movesOngoing = try await moves.report(plan.directories)
        if ongoing.isEmpty, !movesOngoing, !keepsThrottles {
            try await ReassignmentThrottles(admin: admin).clear(plan, context)
        }
    }

    private func cancel(
        _ plan: ReassignmentPlan, _ moves: ReplicaMoves, _ admin: Admin, _ context: Context
    ) async throws {
        let ongoing = try await Reassignments.list(admin)
        let active = plan.partitions.filter { ongoing[$0] != nil }
        if active.isEmpty {
            context.out.line("None of the specified partition reassignments are active.")
        } else {
            let done = try await ReassignmentExecution.alter(active.each(nil), admin, context)
            if !done.isEmpty {
                context.out.line(
                    "Successfully cancelled partition reassignment\(done.count == 1 ? "" : "s") for: "
                        + done.map(\.description).joined(separator: ","))
            }
        }
        try await moves.cancel(plan.directories)
        // What could not be cancelled goes on, and still has to be slow.
        if !context.failed, !keepsThrottles { try await ReassignmentThrottles(admin: admin).clear(plan, context) }
    }
}
