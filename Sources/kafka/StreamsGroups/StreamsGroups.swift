// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol

/// Does what `kafka streams-groups` was told to.
struct StreamsGroups: Sendable {
    typealias Group = StreamsGroupDescribeResponse.DescribedGroup

    let options: StreamsGroupsCommand
    let admin: Admin
    let context: Context

    init(_ options: StreamsGroupsCommand, _ admin: Admin, _ context: Context) {
        self.options = options
        self.admin = admin
        self.context = context
    }

    func run() async throws {
        switch options.action {
        case .list(let states):
            let groups = try await GroupTables.list("streams", states: states ?? [], admin, context)
            GroupTables.printList(groups, withStates: states != nil, context)
        case .describe(let view, let verbose): try await describe(view, verbose)
        case .delete: try await delete()
        case .reset(let targets, let executes, let exports): try await reset(targets, executes, exports)
        case .deleteOffsets: try await deleteOffsets(of: options.groups[0])
        }
    }

    func ids() async throws -> [String] {
        guard options.allGroups else { return options.groups }
        return try await GroupTables.list("streams", admin, context).map(\.groupID)
    }

    private func unknown(_ id: String) async throws -> String {
        let ids = try await GroupTables.list("streams", admin, context).map(\.groupID)
        return "Streams group '\(id)' does not exist\(suggestion(for: id, among: ids))"
    }

    private func describe(_ view: GroupView, _ verbose: Bool) async throws {
        for (id, result) in await admin.describeStreamsGroups(try await ids().sorted()) {
            switch result {
            case .failure(let error) where error.isUnsupported: throw error
            case .failure(let error) where error.errorCode != .groupIDNotFound:
                context.fail("Streams group '\(id)': \(error.message)")
            case .success(let group) where group.groupState != "Dead":
                do {
                    try await show(group, view, verbose)
                } catch let error as ClientError {
                    context.fail("Streams group '\(id)': \(error.message)")
                }
            default: context.fail(try await unknown(id))
            }
        }
    }

    private func show(_ group: Group, _ view: GroupView, _ verbose: Bool) async throws {
        switch view {
        case .offsets: StreamsGroupTables.offsets(group, try await lags(group), verbose, context)
        case .members: StreamsGroupTables.members(group, verbose, context)
        case .state:
            let coordinator = try await FoundCoordinator.find(group.groupID, admin.cluster)
            StreamsGroupTables.state(group, coordinator, verbose, context)
        }
    }

    /// How far the active tasks are in what they read.
    private func lags(_ group: Group) async throws -> [StreamsGroupTables.Lag] {
        var topics: [String: [String]] = [:]
        for part in group.topology?.subtopologies ?? [] {
            topics[part.subtopologyID] = part.sourceTopics + part.repartitionSourceTopics.map(\.name)
        }
        var partitions: Set<TopicPartition> = []
        for task in group.members.flatMap(\.assignment.activeTasks) {
            for topic in topics[task.subtopologyID] ?? [] {
                for index in task.partitions { partitions.insert(TopicPartition(topic, index)) }
            }
        }
        guard !partitions.isEmpty else { return [] }
        func list(_ spec: OffsetSpec) async throws -> [TopicPartition: Result<ListedOffset, ClientError>] {
            try await admin.listOffsets(partitions.each(spec))
        }
        let starts = try await list(.earliest)
        let ends = try await list(.latest)
        let committed = try await committed(group.groupID)
        return try partitions.sorted().map { partition in
            let end = try ends[partition]?.get().offset ?? 0
            let start = try starts[partition]?.get().offset ?? 0
            let offset = committed[partition]
            return StreamsGroupTables.Lag(
                partition: partition, offset: offset?.offset,
                leaderEpoch: offset.flatMap { $0.leaderEpoch < 0 ? nil : $0.leaderEpoch }, end: end,
                lag: end.subtractingSaturating(offset?.offset ?? start))
        }
    }

    func committed(_ group: String) async throws -> [TopicPartition: CommittedOffset] {
        try await admin.committedOffsets(group: group).mapValues { try $0.get() }.filter { $0.value.offset >= 0 }
    }
}
