// SPDX-License-Identifier: Apache-2.0

import KafkaClient
import KafkaProtocol
import KafkaText

/// `kafka consumer-groups --describe`
struct DescribeConsumerGroups: Sendable {
    let view: GroupView
    let isVerbose: Bool

    init(_ arguments: Arguments) throws {
        view = try GroupView(arguments)
        isVerbose = arguments.flag("verbose")
    }

    func run(_ ids: [String], _ admin: Admin, _ context: Context) async throws {
        for (id, result) in await GroupDescription.fetch(ids.sorted(), admin) {
            let group: GroupDescription
            switch result {
            case .success(let described): group = described
            case .failure(let error) where error.errorCode == .groupIDNotFound:
                context.fail(try await Self.unknown(id, admin))
                continue
            case .failure(let error):
                context.fail("Consumer group '\(id)': \(error.message)")
                continue
            }
            if group.state == "Dead" {
                context.fail(try await Self.unknown(id, admin))
                continue
            }
            do {
                try await show(group, admin, context)
            } catch let error as ClientError {
                context.fail("Consumer group '\(id)': \(error.message)")
            }
        }
    }

    private func show(_ group: GroupDescription, _ admin: Admin, _ context: Context) async throws {
        switch view {
        case .offsets: try await OffsetsTable(group, admin).print(context, verbose: isVerbose)
        case .members: MembersTable(group).print(context, verbose: isVerbose)
        case .state: try await StateTable(group, admin).print(context, verbose: isVerbose)
        }
    }

    private static func unknown(_ id: String, _ admin: Admin) async throws -> String {
        "Consumer group '\(id)' does not exist\(try await UnknownGroup.hint(id, admin))"
    }

    /// What is to be said of a group's state beside the table.
    static func noteState(_ group: GroupDescription, _ context: Context) {
        switch group.state {
        case "Empty": context.note("\nConsumer group '\(group.id)' has no active members.")
        case "PreparingRebalance", "CompletingRebalance", "Assigning", "Reconciling":
            context.note("\nWarning: Consumer group '\(group.id)' is rebalancing.")
        default: break
        }
    }
}

/// Where a group is in each partition.
struct OffsetsTable: Sendable {
    static let offset = JSONRow(
        "describe", "a partition",
        [
            "group", "topic", "partition", "leaderEpoch", "currentOffset", "logEndOffset", "lag", "consumerId", "host",
            "clientId",
        ])

    private struct Row {
        var partition: TopicPartition
        var offset: Int64?
        var end: Int64?
        var leaderEpoch: Int32?
        var consumer: String?
        var host: String?
        var client: String?

        var lag: Int64? { offset.flatMap { offset in end.map { $0.subtractingSaturating(offset) } } }
    }

    private let group: GroupDescription
    private var rows: [Row] = []

    init(_ group: GroupDescription, _ admin: Admin) async throws {
        self.group = group
        let committed = try await admin.committedOffsets(group: group.id).mapValues { try $0.get() }
            .filter { $0.value.offset >= 0 }
        var rows: [Row] = []
        var assigned: Set<TopicPartition> = []
        func row(_ partition: TopicPartition) -> Row {
            let offset = committed[partition]
            return Row(
                partition: partition, offset: offset?.offset,
                leaderEpoch: offset.flatMap { $0.leaderEpoch < 0 ? nil : $0.leaderEpoch })
        }
        for member in group.members {
            for partition in member.partitions {
                assigned.insert(partition)
                var new = row(partition)
                new.consumer = member.id
                new.host = member.host
                new.client = member.clientID
                rows.append(new)
            }
        }
        rows += committed.keys.filter { !assigned.contains($0) }.map(row)
        let partitions = Set(rows.map(\.partition))
        if !partitions.isEmpty {
            let ends = try await admin.listOffsets(partitions.each(.latest))
            for index in rows.indices {
                // A partition that was deleted has no end; its offset is shown all the same.
                if case .success(let end) = ends[rows[index].partition] {
                    rows[index].end = end.offset
                }
            }
        }
        self.rows = rows.sorted { ($0.partition, $0.consumer ?? "") < ($1.partition, $1.consumer ?? "") }
    }

    func print(_ context: Context, verbose: Bool) {
        DescribeConsumerGroups.noteState(group, context)
        if context.writesJSON {
            for row in rows {
                context.write(
                    Self.offset(
                        .string(group.id), .string(row.partition.topic), .number(row.partition.partition),
                        .optional(row.leaderEpoch), .optional(row.offset), .optional(row.end), .optional(row.lag),
                        .optional(row.consumer), .optional(row.host), .optional(row.client)))
            }
            return
        }
        guard !rows.isEmpty else { return }
        let columns: [Table.Column] = [
            .init("GROUP", max(15, group.id.count), cut: 4),
            .init("TOPIC", rows.map { $0.partition.topic.count }.reduce(15, max)), .init("PARTITION", 10),
            .init("LEADER-EPOCH", 15, if: verbose), .init("CURRENT-OFFSET", 15), .init("LOG-END-OFFSET", 15),
            .init("LAG", 15), .init("CONSUMER-ID", rows.map { $0.consumer?.count ?? 0 }.reduce(15, max), cut: 1),
            .init("HOST", rows.map { $0.host?.count ?? 0 }.reduce(15, max), cut: 3), .init("CLIENT-ID", 0, cut: 2),
        ]
        let cells = rows.map { row in
            [
                group.id, row.partition.topic, String(row.partition.partition), Self.text(row.leaderEpoch),
                Self.text(row.offset), Self.text(row.end), Self.text(row.lag), row.consumer ?? "-", row.host ?? "-",
                row.client ?? "-",
            ]
        }
        Table(columns: columns, rows: cells).printBelow(context)
    }

    private static func text(_ number: (some FixedWidthInteger)?) -> String { number.map { String($0) } ?? "-" }
}
