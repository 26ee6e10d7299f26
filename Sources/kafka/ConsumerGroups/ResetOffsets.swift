// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// `kafka consumer-groups --reset-offsets`
struct ResetOffsets: Sendable {
    private let targets: OffsetTargets
    private let topics: [String]
    private let allTopics: Bool
    private let executes: Bool
    private let exports: Bool

    init(_ arguments: Arguments) throws {
        if arguments.has("dry-run"), arguments.has("execute") {
            throw CommandError("Option [reset-offsets] only accepts one of [execute] and [dry-run]")
        }
        executes = arguments.flag("execute")
        exports = arguments.flag("export")
        topics = arguments.strings("topic")
        allTopics = arguments.flag("all-topics")
        if allTopics, !topics.isEmpty { throw CommandError.conflict("topic", with: "all-topics") }
        let groups = arguments.strings("group")
        targets = try OffsetTargets(
            arguments, among: OffsetTargets.names, for: "reset-offsets", group: groups.count == 1 ? groups[0] : nil)
        if !targets.isFile, !allTopics, topics.isEmpty {
            throw CommandError("One of the reset scopes should be defined: --all-topics, --topic.")
        }
        for topic in topics where topic.contains(":") { _ = try TopicPartitions.parse(topic) }
    }

    func run(_ groups: GroupSelection, _ admin: Admin, _ context: Context) async throws {
        let ids = try await groups.ids(admin, context)
        var plans: [GroupTables.ResetPlan] = []
        for (id, description) in await GroupDescription.fetch(ids, admin) {
            // A group that does not exist yet may get offsets to begin with.
            let state: String
            switch description {
            case .success(let group): state = group.state
            case .failure(let error) where error.errorCode == .groupIDNotFound: state = "Dead"
            case .failure(let error):
                context.fail("Group '\(id)': \(error.message)")
                continue
            }
            guard state == "Empty" || state == "Dead" else {
                context.fail(
                    "Assignments can only be reset if the group '\(id)' is inactive, but the current state is \(state)."
                )
                continue
            }
            do {
                var plan = try await plan(for: id, admin, context)
                if executes, !plan.isEmpty {
                    let offsets = plan.mapValues { CommittedOffset($0) }
                    for (partition, result) in try await admin.commitOffsets(group: id, offsets) {
                        guard case .failure(let error) = result else { continue }
                        context.fail(error.message)
                        plan[partition] = nil
                    }
                }
                plans.append((id, plan))
            } catch let error as ClientError {
                context.fail("Group '\(id)': \(error.message)")
            }
        }
        GroupTables.show(plans, asCSV: exports, single: groups.names.count == 1, context)
    }

    private func plan(
        for group: String, _ admin: Admin, _ context: Context
    ) async throws -> [TopicPartition: Int64] {
        let current = allTopics || targets.needsCurrent ? try await admin.positions(of: group) : [:]
        let scope: [TopicPartition]
        if targets.isFile {
            scope = []
        } else if allTopics {
            scope = Array(current.keys)
        } else {
            scope = try await GroupTables.partitions(topics, admin.cluster)
        }
        return try await targets.plan(for: group, scope, current: current, admin, context)
    }
}
