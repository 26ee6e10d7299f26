// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// Does what `kafka share-groups` was told to.
struct ShareGroups: Sendable {
    private let options: ShareGroupsCommand
    private let admin: Admin
    private let context: Context

    init(_ options: ShareGroupsCommand, _ admin: Admin, _ context: Context) {
        self.options = options
        self.admin = admin
        self.context = context
    }

    func run() async throws {
        switch options.action {
        case .list(let states):
            let groups = try await GroupTables.list("share", states: states ?? [], admin, context)
            GroupTables.printList(groups, withStates: states != nil, context)
        case .describe(let view, let verbose): try await describe(view, verbose)
        case .delete: try await delete()
        case .reset(let targets, let topics, let executes, let exports):
            try await reset(targets, topics, executes, exports)
        case .deleteOffsets(let topics): try await deleteOffsets(topics)
        }
    }

    private func ids() async throws -> [String] {
        guard options.allGroups else { return options.groups }
        return try await GroupTables.list("share", admin, context).map(\.groupID)
    }

    private func unknown(_ id: String) async throws -> String {
        let ids = try await GroupTables.list("share", admin, context).map(\.groupID)
        return "Share group '\(id)' does not exist\(suggestion(for: id, among: ids))"
    }

    private func describe(_ view: GroupView, _ verbose: Bool) async throws {
        for (id, result) in await admin.describeShareGroups(try await ids().sorted()) {
            switch result {
            case .failure(let error) where error.isUnsupported || error.errorCode == .unsupportedVersion: throw error
            case .failure(let error) where error.errorCode != .groupIDNotFound:
                context.fail("Share group '\(id)': \(error.message)")
            case .success(let group) where group.groupState != "Dead":
                do {
                    try await show(group, view, verbose)
                } catch let error as ClientError where !error.isUnsupported {
                    context.fail("Share group '\(id)': \(error.message)")
                }
            default: context.fail(try await unknown(id))
            }
        }
    }

    private func show(_ group: ShareGroupTables.Group, _ view: GroupView, _ verbose: Bool) async throws {
        switch view {
        case .offsets: ShareGroupTables.offsets(group.groupID, try await offsets(of: group.groupID), verbose, context)
        case .members: ShareGroupTables.members(group, verbose, context)
        case .state:
            let coordinator = try await FoundCoordinator.find(group.groupID, admin.cluster)
            ShareGroupTables.state(group, coordinator, verbose, context)
        }
    }

    /// Where the group is; a start of -1 means that it has not begun.
    private func offsets(
        of group: String
    ) async throws -> [(partition: TopicPartition, offset: DescribeShareGroupOffsetsResponse.Partition)] {
        let response = try await admin.send(
            DescribeShareGroupOffsetsRequest {
                $0.groups = [
                    DescribeShareGroupOffsetsRequest.Group {
                        $0.groupID = group
                        $0.topics = nil
                    }
                ]
            }, to: .group(group))
        guard let described = response.groups.first else { return [] }
        if described.errorCode != .none {
            let message = described.errorMessage ?? described.errorCode.clientMessage
            throw ClientError(.broker(described.errorCode), message)
        }
        return described.topics.flatMap { topic in
            topic.partitions.map { (TopicPartition(topic.topicName, $0.partitionIndex), $0) }
        }.sorted { $0.0 < $1.0 }
    }

    private func delete() async throws {
        let listed = try await GroupTables.list("share", admin, context)
            .reduce(into: [:]) { $0[$1.groupID] = $1.state }
        var empty: [String] = []
        for id in try await ids() {
            switch listed[id] {
            case "Empty"?, ""?: empty.append(id)
            case nil:
                let hint = suggestion(for: id, among: listed.keys.sorted())
                context.fail("Group '\(id)' could not be deleted: it is not a share group\(hint)")
            case let state?:
                context.fail(
                    "Group '\(id)' could not be deleted: it is not empty, but \(state); stop its members first.")
            }
        }
        var deleted: [String] = []
        for (id, result) in await admin.deleteGroups(empty) {
            switch result {
            case .success: deleted.append(id)
            case .failure(let error): context.fail("Group '\(id)' could not be deleted: \(error.message)")
            }
        }
        guard !deleted.isEmpty else { return }
        let names = deleted.map { "'\($0)'" }.joined(separator: ", ")
        context.out.line("Deletion of requested share groups (\(names)) was successful.")
    }

    private func reset(_ targets: OffsetTargets, _ topics: [String], _ executes: Bool, _ exports: Bool) async throws {
        let group = options.groups[0]
        if case (_, let result)? = await admin.describeShareGroups([group]).first {
            switch result {
            case .success(let found):
                // A group that does not exist yet may get a start to begin with.
                guard ["Empty", "Dead"].contains(found.groupState) else {
                    throw CommandError("Share group '\(group)' is not empty; stop its members first.")
                }
            case .failure(let error):
                if error.errorCode != .groupIDNotFound { throw error }
            }
        }
        var current: [TopicPartition: Int64] = [:]
        if topics.isEmpty || targets.needsCurrent {
            for (partition, offset) in try await offsets(of: group) where offset.errorCode == .none {
                current[partition] = offset.startOffset
            }
        }
        let scope =
            topics.isEmpty ? current.keys.sorted() : try await GroupTables.partitions(topics, admin.cluster)
        let known = current.filter { $0.value >= 0 }
        let plan = try await targets.plan(for: group, scope, current: known, admin, context)
        if executes, !plan.isEmpty { try await alter(group, plan) }
        GroupTables.show(plan.isEmpty ? [] : [(group, plan)], asCSV: exports, single: true, context)
    }

    private func alter(_ group: String, _ plan: [TopicPartition: Int64]) async throws {
        let response = try await admin.send(
            AlterShareGroupOffsetsRequest {
                $0.groupID = group
                $0.topics = Dictionary(grouping: plan.keys.sorted(), by: \.topic).map { topic, partitions in
                    AlterShareGroupOffsetsRequest.Topic {
                        $0.topicName = topic
                        $0.partitions = partitions.map { partition in
                            AlterShareGroupOffsetsRequest.Partition {
                                $0.partitionIndex = partition.partition
                                $0.startOffset = plan[partition] ?? 0
                            }
                        }
                    }
                }
            }, to: .group(group))
        if response.errorCode != .none {
            let message = response.errorMessage ?? response.errorCode.clientMessage
            throw ClientError(.broker(response.errorCode), "Share group '\(group)': \(message)")
        }
        for topic in response.responses {
            for partition in topic.partitions where partition.errorCode != .none {
                context.fail(
                    "\(topic.topicName)-\(partition.partitionIndex): "
                        + (partition.errorMessage ?? partition.errorCode.clientMessage))
            }
        }
    }

    private func deleteOffsets(_ topics: [String]) async throws {
        let group = options.groups[0]
        let response = try await admin.send(
            DeleteShareGroupOffsetsRequest {
                $0.groupID = group
                $0.topics = Set(topics).sorted().map { topic in
                    DeleteShareGroupOffsetsRequest.Topic { $0.topicName = topic }
                }
            }, to: .group(group))
        if response.errorCode != .none {
            let message = response.errorMessage ?? response.errorCode.clientMessage
            throw ClientError(.broker(response.errorCode), "Share group '\(group)': \(message)")
        }
        var deleted: [String] = []
        for topic in response.responses {
            if topic.errorCode == .none {
                deleted.append(topic.topicName)
            } else {
                context.fail(
                    "Offsets of topic '\(topic.topicName)' were not deleted: "
                        + (topic.errorMessage ?? topic.errorCode.clientMessage))
            }
        }
        if context.writesJSON {
            for topic in deleted.sorted() {
                context.write(ShareGroupsCommand.deletedTopic(.string(group), .string(topic)))
            }
            return
        }
        guard !deleted.isEmpty else { return }
        let width = deleted.map(\.count).reduce(15, max)
        context.out.line("\n\("TOPIC".padded(width)) STATUS")
        for topic in deleted.sorted() { context.out.line("\(topic.padded(width)) Successful") }
    }
}
